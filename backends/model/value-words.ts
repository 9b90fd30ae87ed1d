import type { Field, FieldRow, FieldValue, PlainField, PlainValue } from './hardware-field.ts';
import { GiB, MiB } from './quantity.ts';

/** A field's value as a person reads it. Foreign text may be in it. */
export function valueWords(field: Field, value: FieldValue): string {
  if (Array.isArray(value)) return field.kind === 'list' ? listWords(field.columns, value) : String(value.length);
  if (value === null || (value === '' && field.kind !== 'secret')) return field.unset ?? 'none';
  switch (field.kind) {
    case 'choice':
      return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
    case 'toggle':
      return value === true ? 'on' : 'off';
    case 'size':
      return typeof value === 'number' ? sizeWords(value) : String(value);
    case 'number':
      return field.unit === null ? String(value) : `${value} ${field.unit}`;
    case 'secret':
      return 'a password';
    case 'text':
    case 'list':
      break;
  }
  return String(value);
}

function listWords(columns: readonly PlainField[], rows: readonly FieldRow[]): string {
  if (rows.length === 0) return 'none';
  return rows.map((row) => columns.flatMap((column) => cellWords(column, row[column.key] ?? null)).join(' ')).join('; ');
}

function cellWords(column: PlainField, value: PlainValue): string[] {
  if (value === null || value === '' || value === false) return [];
  return [value === true ? column.label.toLowerCase() : valueWords(column, value)];
}

function sizeWords(bytes: number): string {
  const [unit, name] = bytes >= GiB && bytes % (GiB / 4) === 0 ? [GiB, 'GiB'] : bytes >= MiB ? [MiB, 'MiB'] : [1024, 'KiB'];
  return `${(bytes / unit).toLocaleString('en', { maximumFractionDigits: 2 })} ${name}`;
}
