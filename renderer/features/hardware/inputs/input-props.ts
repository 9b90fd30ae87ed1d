import type { FieldOf, PlainField, PlainValue } from '#model/hardware-field';
import type { HostId } from '#model/host';

/** One control of a form that a host describes. What it shows is the value alone: it can be told another at any time. */
export interface InputProps<F extends PlainField = PlainField> {
  readonly id: string;
  readonly field: F;
  /** What no such field can hold, text in a number for example, is what the person has typed so far. */
  readonly value: PlainValue;
  /** What the host has: of a secret, whether there is one. */
  readonly before: PlainValue;
  readonly host: HostId;
  /** Where no label of its own stands beside it: in a table. */
  readonly name?: string | undefined;
  readonly isInvalid: boolean;
  readonly isDisabled: boolean;
  onChange(value: PlainValue): void;
}

export type PropsOf<K extends PlainField['kind']> = InputProps<FieldOf<K>>;

/** What all controls have in common, for assistive technology. */
export const said = ({ id, name }: Pick<InputProps, 'id' | 'name'>) => ({
  id,
  'aria-describedby': `${id}-help`,
  ...(name !== undefined && { 'aria-label': name }),
});
