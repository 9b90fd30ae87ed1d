import { FormSelect, FormSelectOption, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { isSizeUnit, sizeUnits, type Size } from './size.ts';

interface SizeFieldProps {
  readonly id: string;
  /** Names the unit's menu. */
  readonly label: string;
  readonly size: Size;
  readonly isInvalid: boolean;
  onChange(size: Size): void;
}

/** A number with its unit. Changing the unit leaves the number as typed. */
export function SizeField({ id, label, size, isInvalid, onChange }: SizeFieldProps) {
  return (
    <InputGroup className="gh-size">
      <InputGroupItem isFill>
        <TextInput
          id={id}
          value={size.text}
          inputMode="decimal"
          autoComplete="off"
          validated={isInvalid ? 'error' : 'default'}
          aria-describedby={`${id}-help`}
          onChange={(_event, text) => onChange({ ...size, text })}
        />
      </InputGroupItem>
      <InputGroupItem>
        <FormSelect
          aria-label={`Unit of ${label}`}
          value={size.unit}
          onChange={(_event, unit) => isSizeUnit(unit) && onChange({ ...size, unit })}
        >
          {Object.keys(sizeUnits).map((unit) => (
            <FormSelectOption key={unit} value={unit} label={unit} />
          ))}
        </FormSelect>
      </InputGroupItem>
    </InputGroup>
  );
}
