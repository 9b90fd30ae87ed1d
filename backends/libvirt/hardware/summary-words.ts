import type { FieldValue } from '#model/hardware-field';

/** What a summary line is made of: of values, those that say something. */
export const summaryWords = (...values: readonly (FieldValue | undefined)[]): string =>
  values
    .flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : typeof value === 'number' ? [String(value)] : []))
    .join(', ');
