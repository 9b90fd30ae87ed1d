import { Switch } from '@patternfly/react-core';
import type { PropsOf } from './input-props.ts';

export function ToggleInput({ id, field, name, value, isDisabled, onChange }: PropsOf<'toggle'>) {
  return (
    <Switch
      id={id}
      aria-label={name ?? field.label}
      aria-describedby={`${id}-help`}
      isChecked={value === true}
      isDisabled={isDisabled}
      onChange={(_event, checked) => onChange(checked)}
    />
  );
}
