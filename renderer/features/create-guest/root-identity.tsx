import { HostNameField } from './host-name-field.tsx';
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
      <HostNameField
        id="root-hostname"
        value={identity.hostname}
        problem={problems.hostname}
        guest={fields.name}
        what="container"
        onChange={(hostname) => onSource({ identity: { ...identity, hostname } })}
      />
    </>
  );
}
