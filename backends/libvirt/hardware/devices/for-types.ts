import type { BoundField } from '../device-kind.ts';
import { forValues } from './for-values.ts';

/** `forValues` for what a device's own attribute says, under the same name in the form: its type, its mode. */
export const forTypes = (types: readonly string[], bound: BoundField, name = 'type'): BoundField =>
  forValues(name, `@${name}`, types, bound);
