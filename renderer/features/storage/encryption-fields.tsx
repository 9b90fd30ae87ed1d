import { Checkbox, TextInput } from '@patternfly/react-core';
import { FormField } from '../../ui/form-field.tsx';

interface Passphrase {
  readonly first: string;
  readonly again: string;
}

interface EncryptionFieldsProps {
  readonly on: boolean;
  readonly passphrase: Passphrase;
  readonly problem: string | undefined;
  readonly differs: string | undefined;
  onSwitch(on: boolean): void;
  onChange(passphrase: Passphrase): void;
}

/** LUKS, and its passphrase twice: nobody can look it up afterwards. */
export function EncryptionFields({ on, passphrase, problem, differs, onSwitch, onChange }: EncryptionFieldsProps) {
  const field = (id: string, label: string, key: keyof Passphrase, wrong: string | undefined) => (
    <FormField id={id} label={label} problem={wrong}>
      <TextInput
        id={id}
        type="password"
        autoComplete="new-password"
        value={passphrase[key]}
        validated={wrong === undefined ? 'default' : 'error'}
        aria-describedby={`${id}-help`}
        onChange={(_event, text) => onChange({ ...passphrase, [key]: text })}
      />
    </FormField>
  );
  return (
    <>
      <Checkbox
        id="volume-encrypt"
        label="Encrypt it (LUKS)"
        description="The host keeps the passphrase for its guests, in a secret that goes with the volume. Without it, what is in the volume is lost."
        isChecked={on}
        onChange={(_event, checked) => onSwitch(checked)}
      />
      {on && field('volume-passphrase', 'Passphrase', 'first', problem)}
      {on && field('volume-passphrase-again', 'The passphrase once more', 'again', differs)}
    </>
  );
}
