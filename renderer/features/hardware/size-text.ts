import { GiB, MiB } from '#model/quantity';

export const sizeUnits = { bytes: 1, KiB: 1024, MiB, GiB, TiB: 1024 * GiB } as const;
export type SizeUnit = keyof typeof sizeUnits;
export const isSizeUnit = (text: string): text is SizeUnit => Object.keys(sizeUnits).includes(text);

export interface SizeText {
  readonly text: string;
  readonly unit: SizeUnit;
}

/** In the largest unit in which at most two decimals say it exactly. */
export function sizeText(bytes: number): SizeText {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB'] as const) {
    const amount = bytes / sizeUnits[unit];
    if (amount >= 1 && Number.isInteger(amount * 100)) return { text: String(amount), unit };
  }
  return bytes === 0 ? { text: '0', unit: 'MiB' } : { text: String(bytes), unit: 'bytes' };
}

/** Whole bytes; null when it is no number. A comma separates decimals too. */
export function bytesOf({ text, unit }: SizeText): number | null {
  const typed = text.trim().replace(',', '.');
  if (!/^\d{1,15}(\.\d{1,6})?$/.test(typed)) return null;
  const bytes = Math.round(Number(typed) * sizeUnits[unit]);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
