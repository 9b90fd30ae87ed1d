import { FormSelect, FormSelectOption, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { PlainValue } from '#model/hardware-field';
import { bytesOf, isSizeUnit, type SizeText, sizeText, type SizeUnit, sizeUnits } from '../size-text.ts';
import { said, type PropsOf } from './input-props.ts';

/** A number with its unit; the host is told bytes. Changing the unit leaves the number as typed. */
export function SizeInput({ id, field, name, value, isInvalid, isDisabled, onChange }: PropsOf<'size'>) {
  const [typed, setTyped] = useState(() => shown(value, 'MiB'));
  const size = valueOf(typed) === value ? typed : shown(value, typed.unit);
  const change = (next: SizeText) => {
    setTyped(next);
    onChange(valueOf(next));
  };
  return (
    <InputGroup className="gh-hw-size">
      <InputGroupItem isFill>
        <TextInput
          {...said({ id, name })}
          value={size.text}
          inputMode="decimal"
          autoComplete="off"
          placeholder={field.unset ?? ''}
          isDisabled={isDisabled}
          validated={isInvalid ? 'error' : 'default'}
          onChange={(_event, text) => change({ ...size, text })}
        />
      </InputGroupItem>
      <InputGroupItem>
        <FormSelect
          aria-label={`Unit of ${name ?? field.label}`}
          value={size.unit}
          isDisabled={isDisabled}
          onChange={(_event, unit) => isSizeUnit(unit) && change({ ...size, unit })}
        >
          {Object.keys(sizeUnits)
            .filter((unit) => unit !== 'bytes' || size.unit === 'bytes')
            .map((unit) => (
              <FormSelectOption key={unit} value={unit} label={unit} />
            ))}
        </FormSelect>
      </InputGroupItem>
    </InputGroup>
  );
}

function shown(value: PlainValue, unit: SizeUnit): SizeText {
  if (typeof value === 'number') return sizeText(value);
  // What is no number was typed, and is kept with its unit behind it.
  const parts = typeof value === 'string' ? /^(.*) (\S+)$/s.exec(value) : null;
  const kept = parts?.[2] ?? '';
  return { text: parts?.[1] ?? '', unit: isSizeUnit(kept) ? kept : unit };
}

const valueOf = (size: SizeText): PlainValue => (size.text.trim() === '' ? null : (bytesOf(size) ?? `${size.text} ${size.unit}`));
