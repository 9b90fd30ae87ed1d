import { GiB, MiB } from '#model/quantity';

export const amountUnits = { MiB, GiB } as const;
export type AmountUnit = keyof typeof amountUnits;

/** Memory or disk as typed: it may be no number yet. */
export interface Amount {
  readonly text: string;
  readonly unit: AmountUnit;
}

/** In GiB where that is a round number, else in MiB. */
export function amountOf(bytes: number): Amount {
  return bytes % (GiB / 4) === 0 && bytes >= GiB
    ? { text: String(bytes / GiB), unit: 'GiB' }
    : { text: String(Math.round(bytes / MiB)), unit: 'MiB' };
}

/** Whole bytes, rounded down to a MiB; null when it is not a number above zero. A comma separates decimals too. */
export function bytesOf({ text, unit }: Amount): number | null {
  const typed = text.trim().replace(',', '.');
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(typed)) return null;
  const bytes = Math.floor((Number(typed) * amountUnits[unit]) / MiB) * MiB;
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null;
}
