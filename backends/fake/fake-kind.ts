import type { DeviceGroup } from '#model/hardware';
import type { Field, FieldValues } from '#model/hardware-field';

/** A sort of device of the fake host, or a part of each of its machines. */
export interface FakeKind {
  readonly kind: string;
  readonly group: DeviceGroup;
  readonly title: string;
  readonly help: string | null;
  readonly fields: readonly Field[];
  readonly blank: FieldValues;
  readonly removable: boolean;
  readonly addable: boolean;
  /** There cannot be two. */
  readonly single: boolean;
  /** A running guest takes and lets go of one. */
  readonly live: boolean;
  /** The fields whose values tell it from others. */
  readonly summary: readonly string[];
}
