import { GiB, MiB } from '#model/quantity';

export const sizeUnits = { MiB, GiB, TiB: 1024 * GiB } as const;
export type SizeUnit = keyof typeof sizeUnits;
export const isSizeUnit = (text: string): text is SizeUnit => text in sizeUnits;

/** A size as typed: it may be no number yet. */
export interface Size {
  readonly text: string;
  readonly unit: SizeUnit;
}

/** In the largest unit in which at most two decimals say it, else in MiB, rounded up: a disk offered as its own size must not shrink. */
export function sizeOf(bytes: number): Size {
  for (const unit of ['TiB', 'GiB'] as const) {
    const amount = bytes / sizeUnits[unit];
    if (amount >= 1 && Number.isInteger(amount * 100)) return { text: String(amount), unit };
  }
  return { text: String(Math.ceil(bytes / MiB)), unit: 'MiB' };
}

/** Whole bytes in steps of 1 MiB; null when it is not a number above zero. A comma separates decimals too. */
export function bytesOf({ text, unit }: Size): number | null {
  const typed = text.trim().replace(',', '.');
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(typed)) return null;
  const bytes = Math.round((Number(typed) * sizeUnits[unit]) / MiB) * MiB;
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null;
}
