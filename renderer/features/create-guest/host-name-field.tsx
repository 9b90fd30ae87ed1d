import { TextInput } from '@patternfly/react-core';
import { Field } from './field.tsx';

interface HostNameFieldProps {
  readonly id: string;
  readonly value: string;
  readonly problem: string | undefined;
  /** What the guest is called, and as what: "container". */
  readonly guest: string;
  readonly what: string;
  onChange(value: string): void;
}

/** What a new system is to call itself. */
export const HostNameField = ({ id, value, problem, guest, what, onChange }: HostNameFieldProps) => (
  <Field id={id} label="Host name" problem={problem} hint={`Without one: ${guest}, as the ${what} is called, where that can be one.`}>
    <TextInput
      id={id}
      value={value}
      autoComplete="off"
      spellCheck={false}
      aria-describedby={`${id}-help`}
      validated={problem === undefined ? 'default' : 'error'}
      onChange={(_event, text) => onChange(text)}
    />
  </Field>
);
