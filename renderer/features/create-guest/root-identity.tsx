import { TextInput } from '@patternfly/react-core';
import { Field } from './field.tsx';
import { PasswordField } from './password-field.tsx';
import type { StepProps } from './step-props.ts';

/** What the new files of a container are told before its first start. Nothing of it has to be filled in. */
export function RootIdentity({ draft: { sources }, fields, problems, onSource }: StepProps) {
  const { identity, packages } = sources;
  return (
    <>
      <PasswordField
        label="Password of root"
        hint={
          packages.wanted
            ? 'Without one, nobody can log in until it is set on the host.'
            : 'Without one, it stays as the archive has it. Most have none, and then nobody can log in.'
        }
        isSet={identity.rootPasswordHash !== null}
        onHash={(rootPasswordHash) => onSource({ identity: { ...identity, rootPasswordHash } })}
      />
      <Field
        id="root-hostname"
        label="Host name"
        problem={problems.hostname}
        hint={`Without one: ${fields.name}, as the container is called, where that can be one.`}
      >
        <TextInput
          id="root-hostname"
          value={identity.hostname}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="root-hostname-help"
          validated={problems.hostname === undefined ? 'default' : 'error'}
          onChange={(_event, hostname) => onSource({ identity: { ...identity, hostname } })}
        />
      </Field>
    </>
  );
}
