import { TextArea, TextInput } from '@patternfly/react-core';
import { cloudInitProblems, type CloudInitDraft } from './cloud-init-draft.ts';
import { CloudConfigField } from './cloud-config-field.tsx';
import { Field } from './field.tsx';
import { HostNameField } from './host-name-field.tsx';
import { PasswordField } from './password-field.tsx';
import { SshKeysField } from './ssh-keys-field.tsx';
import type { StepProps } from './step-props.ts';

/** What a cloud image is told when it starts for the first time. Nothing of it has to be filled in. */
export function FirstBootStep({ draft, fields, onDraft }: StepProps) {
  const { cloudInit } = draft;
  const problems = cloudInitProblems(cloudInit);
  const change = (part: Partial<CloudInitDraft>): void => onDraft({ cloudInit: { ...cloudInit, ...part } });
  return (
    <>
      <p>
        The image reads this when it starts for the first time (cloud-init). Without a user that has a password or a key, most images let
        nobody in.
      </p>
      <Field id="user" label="User" problem={problems.user} hint="May become root by sudo.">
        <TextInput
          id="user"
          value={cloudInit.user}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="user-help"
          validated={problems.user === undefined ? 'default' : 'error'}
          onChange={(_event, user) => change({ user })}
        />
      </Field>
      <PasswordField
        hint="Without one, the user gets in by a key alone."
        isSet={cloudInit.passwordHash !== null}
        onHash={(passwordHash) => change({ passwordHash })}
      />
      <SshKeysField keys={cloudInit.keys} problem={problems.keys} onChange={(keys) => change({ keys })} />
      <HostNameField
        id="hostname"
        value={cloudInit.hostname}
        problem={problems.hostname}
        guest={fields.name}
        what="guest"
        onChange={(hostname) => change({ hostname })}
      />
      <Field
        id="packages"
        label="Packages"
        problem={problems.packages}
        hint="Installed at the first start, from the system’s own sources. Parted by spaces or commas."
      >
        <TextArea
          id="packages"
          value={cloudInit.packages}
          rows={2}
          autoResize
          resizeOrientation="vertical"
          spellCheck={false}
          aria-describedby="packages-help"
          validated={problems.packages === undefined ? 'default' : 'error'}
          onChange={(_event, packages) => change({ packages })}
        />
      </Field>
      <CloudConfigField draft={cloudInit} name={fields.name} problem={problems.own} onChange={(own) => change({ own })} />
    </>
  );
}
