import { FormSelect, FormSelectOption, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { type Amount, amountUnits, type AmountUnit } from './amount.ts';

interface AmountFieldProps {
  readonly id: string;
  /** Names the unit's menu. */
  readonly label: string;
  readonly amount: Amount;
  readonly isInvalid: boolean;
  readonly onChange: (amount: Amount) => void;
}

/** A number with its unit. Changing the unit leaves the number as typed. */
export function AmountField({ id, label, amount, isInvalid, onChange }: AmountFieldProps) {
  const units: readonly AmountUnit[] = ['MiB', 'GiB'];
  const isUnit = (text: string): text is AmountUnit => text in amountUnits;
  return (
    <InputGroup className="gh-amount">
      <InputGroupItem>
        <TextInput
          id={id}
          value={amount.text}
          inputMode="decimal"
          autoComplete="off"
          validated={isInvalid ? 'error' : 'default'}
          aria-describedby={`${id}-help`}
          onChange={(_event, text) => onChange({ ...amount, text })}
        />
      </InputGroupItem>
      <InputGroupItem>
        <FormSelect
          aria-label={`Unit of ${label}`}
          value={amount.unit}
          onChange={(_event, unit) => isUnit(unit) && onChange({ ...amount, unit })}
        >
          {units.map((unit) => (
            <FormSelectOption key={unit} value={unit} label={unit} />
          ))}
        </FormSelect>
      </InputGroupItem>
    </InputGroup>
  );
}
