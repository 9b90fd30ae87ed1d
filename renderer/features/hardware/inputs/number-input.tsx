import { InputGroup, InputGroupItem, InputGroupText, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { PlainValue } from '#model/hardware-field';
import { said, type PropsOf } from './input-props.ts';

/** A number as text: what is none yet stays as it was typed, and is said to be none. */
export function NumberInput({ id, field, name, value, isInvalid, isDisabled, onChange }: PropsOf<'number'>) {
  const [typed, setTyped] = useState(() => textOf(value));
  // Another value than what was typed comes from elsewhere: from the host, or by setting it back.
  const text = valueOf(typed) === value ? typed : textOf(value);
  const input = (
    <TextInput
      {...said({ id, name })}
      value={text}
      inputMode="decimal"
      autoComplete="off"
      placeholder={field.unset ?? ''}
      isDisabled={isDisabled}
      validated={isInvalid ? 'error' : 'default'}
      onChange={(_event, next) => {
        setTyped(next);
        onChange(valueOf(next));
      }}
    />
  );
  if (field.unit === null) return <div className="gh-hw-number">{input}</div>;
  return (
    <InputGroup className="gh-hw-number">
      <InputGroupItem isFill>{input}</InputGroupItem>
      <InputGroupText isPlain>{field.unit}</InputGroupText>
    </InputGroup>
  );
}

const textOf = (value: PlainValue): string => (value === null ? '' : String(value));

function valueOf(text: string): PlainValue {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) : text;
}
