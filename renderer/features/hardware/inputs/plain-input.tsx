import { ChoiceInput } from './choice-input.tsx';
import type { InputProps } from './input-props.ts';
import { NumberInput } from './number-input.tsx';
import { SecretInput } from './secret-input.tsx';
import { SizeInput } from './size-input.tsx';
import { TextField } from './text-field.tsx';
import { ToggleInput } from './toggle-input.tsx';

/** The control for a field's kind. */
export function PlainInput({ field, ...rest }: InputProps) {
  switch (field.kind) {
    case 'text':
      return <TextField {...rest} field={field} />;
    case 'secret':
      return <SecretInput {...rest} field={field} />;
    case 'number':
      return <NumberInput {...rest} field={field} />;
    case 'size':
      return <SizeInput {...rest} field={field} />;
    case 'choice':
      return <ChoiceInput {...rest} field={field} />;
    case 'toggle':
      break;
  }
  return <ToggleInput {...rest} field={field} />;
}
