import { z } from 'zod';
import { BackendError } from '../../../errors.ts';

/** A value with its D-Bus type, as `busctl --json=short` writes one ("variant"), and as it is given back to it. */
export const BusValue = z.object({ type: z.string().min(1).max(255), data: z.unknown() });
export type BusValue = z.infer<typeof BusValue>;

export const BusDict = z.record(z.string(), BusValue);
export type BusDict = z.infer<typeof BusDict>;

/** A profile of NetworkManager's: sections of settings. */
export const BusSections = z.record(z.string(), BusDict);
export type BusSections = z.infer<typeof BusSections>;

export const busString = (data: string): BusValue => ({ type: 's', data });
export const busBoolean = (data: boolean): BusValue => ({ type: 'b', data });
export const busNumber = (type: 'i' | 'u', data: number): BusValue => ({ type, data });

/** Types of the D-Bus specification that one word of busctl's stands for. */
const BASIC = new Set(['y', 'b', 'n', 'q', 'i', 'u', 'x', 't', 'd', 's', 'o', 'g']);

/** The words by which busctl(1) takes a value: lists begin with how many there are, variants with their type. Throws 'protocol'. */
export function busWords({ type, data }: BusValue): string[] {
  if (BASIC.has(type)) return [basicWord(data)];
  if (type === 'v') {
    const inner = BusValue.parse(data);
    return [inner.type, ...busWords(inner)];
  }
  if (type.startsWith('a{')) {
    const [key = '', value = ''] = splitTypes(type.slice(2, -1));
    const entries = Object.entries(z.record(z.string(), z.unknown()).parse(data));
    return [
      String(entries.length),
      ...entries.flatMap(([name, one]) => [...busWords({ type: key, data: name }), ...busWords({ type: value, data: one })]),
    ];
  }
  if (type.startsWith('a')) {
    const items = z.array(z.unknown()).parse(data);
    return [String(items.length), ...items.flatMap((item) => busWords({ type: type.slice(1), data: item }))];
  }
  if (type.startsWith('(')) {
    const items = z.array(z.unknown()).parse(data);
    return splitTypes(type.slice(1, -1)).flatMap((one, index) => busWords({ type: one, data: items[index] }));
  }
  throw new BackendError('protocol', `NetworkManager has a setting of the type “${type}”, which cannot be copied.`);
}

function basicWord(data: unknown): string {
  return String(z.union([z.string(), z.number(), z.boolean()]).parse(data));
}

/** "sa{sv}(ii)" are three. */
function splitTypes(types: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < types.length;) {
    const end = endOfType(types, at);
    found.push(types.slice(at, end));
    at = end;
  }
  return found;
}

function endOfType(types: string, at: number): number {
  const first = types[at];
  if (first === 'a') return endOfType(types, at + 1);
  if (first !== '(' && first !== '{') return at + 1;
  let depth = 0;
  for (let end = at; end < types.length; end++) {
    if ('({'.includes(types[end] ?? '')) depth++;
    if (')}'.includes(types[end] ?? '')) depth--;
    if (depth === 0) return end + 1;
  }
  return types.length;
}
