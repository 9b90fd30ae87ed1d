import type { FieldProblem, FieldRow, FieldValues } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { attribute, children, element as newElement, type XmlElement } from '../../../xml/document.ts';
import { withList } from '../../../xml/edit.ts';
import { choice, choiceField, listOf, numberIn, plain, textField } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';

const address = { source: '[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}', says: 'An IP address, like 127.0.0.1.' };

const port = (key: string, label: string, unset: string, context: HardwareContext) => ({
  ...plain(key, { label, unset }, context),
  kind: 'number' as const,
  min: 1,
  max: 65_535,
  unit: null,
});

const columns = (context: HardwareContext) => [
  choiceField('proto', { label: 'Protocol', choices: [choice('tcp', 'TCP'), choice('udp', 'UDP')] }, context),
  textField('address', { label: 'Host address', unset: 'All', pattern: address, maxLength: 45 }, context),
  port('start', 'Host port', 'All ports', context),
  port('end', 'Last host port', 'Only the one', context),
  port('to', 'Guest port', 'The same', context),
  { ...plain('exclude', { label: 'Leave out', help: 'These ports are not forwarded.' }, context), kind: 'toggle' as const },
];

/** https://libvirt.org/formatdomain.html#userspace-slirp-or-passt-connection: one row for each range, and for a forward without any. */
export const portForwards: BoundField = listOf(
  'forwards',
  {
    label: 'Forwarded ports',
    help: 'Who connects to these ports of the host reaches the guest. Ports below 1024 need rights that passt does not have everywhere.',
    section: 'Port forwards',
    when: [{ field: 'backend', is: ['passt'] }],
    columns,
    add: { label: 'Forward a port', row: { proto: 'tcp', address: null, start: null, end: null, to: null, exclude: false } },
    max: 256,
  },
  rowsOf,
  (card, rows) => (sameValue(rowsOf(card), [...rows]) ? card : withList(card, ['portForward'], forwardsOf(card, rows))),
);

function rowsOf(card: XmlElement): FieldRow[] {
  return children(card, 'portForward').flatMap((forward) => {
    const common = { proto: attribute(forward, 'proto'), address: attribute(forward, 'address') };
    const ranges = children(forward, 'range');
    if (ranges.length === 0) return [{ ...common, start: null, end: null, to: null, exclude: false }];
    return ranges.map((range) => ({
      ...common,
      start: numberIn(attribute(range, 'start')),
      end: numberIn(attribute(range, 'end')),
      to: numberIn(attribute(range, 'to')),
      exclude: attribute(range, 'exclude') === 'yes',
    }));
  });
}

/** Neighbours that differ in their ports only share an element, which keeps what else was said in it (`dev`). */
function forwardsOf(card: XmlElement, rows: readonly FieldRow[]): XmlElement[] {
  const old = children(card, 'portForward');
  const groups: { readonly key: string; readonly rows: FieldRow[] }[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const last = groups.at(-1);
    if (last?.key === key && isRange(row) && last.rows.every(isRange)) last.rows.push(row);
    else groups.push({ key, rows: [row] });
  }
  const used = new Set<XmlElement>();
  return groups.map(({ key, rows: members }) => {
    const like = old.find((one) => !used.has(one) && keyOf(Object.fromEntries(one.attributes)) === key);
    if (like !== undefined) used.add(like);
    const [first] = members;
    const forward = like ?? newElement('portForward', { proto: text(first?.['proto']), address: text(first?.['address']) });
    return withList(forward, ['range'], members.filter(isRange).map(rangeOf));
  });
}

const isRange = (row: FieldRow): boolean => typeof row['start'] === 'number';
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const keyOf = (row: FieldRow): string => JSON.stringify([row['proto'] ?? null, text(row['address'])]);

const rangeOf = ({ start, end, to, exclude }: FieldRow): XmlElement =>
  newElement('range', {
    start: Number(start),
    end: typeof end === 'number' ? end : null,
    to: typeof to === 'number' && exclude !== true ? to : null,
    exclude: exclude === true ? 'yes' : null,
  });

export function portForwardProblems(values: FieldValues): FieldProblem[] {
  const rows = values['forwards'];
  if (values['type'] !== 'user' || values['backend'] !== 'passt' || !Array.isArray(rows)) return [];
  const problem = (row: number, column: string, message: string): FieldProblem => ({ field: 'forwards', row, column, message });
  return rows.flatMap((row, index): FieldProblem[] => {
    const { start, end, to } = row;
    if (typeof start !== 'number') {
      return end === null && to === null ? [] : [problem(index, 'start', 'Which port of the host?')];
    }
    if (typeof end === 'number' && end < start) return [problem(index, 'end', 'The last port comes before the first.')];
    const last = typeof to === 'number' ? to + (typeof end === 'number' ? end - start : 0) : 0;
    if (last > 65_535) return [problem(index, 'to', 'The last port in the guest would be beyond 65535.')];
    const rival = rows.findIndex((other, at) => at < index && overlap(row, other));
    return rival < 0 ? [] : [problem(index, 'start', `Row ${rival + 1} forwards it already.`)];
  });
}

function overlap(one: FieldRow, other: FieldRow): boolean {
  const [a, b] = [one, other].map(({ start, end }) => [Number(start ?? 1), Number(end ?? start ?? 65_535)] as const);
  if (a === undefined || b === undefined || one['exclude'] !== other['exclude']) return false;
  const addresses = [text(one['address']), text(other['address'])];
  const meets = addresses.includes(null) || addresses[0] === addresses[1];
  return meets && one['proto'] === other['proto'] && a[0] <= b[1] && b[0] <= a[1];
}
