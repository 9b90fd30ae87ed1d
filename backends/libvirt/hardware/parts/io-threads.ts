import type { FieldProblem, FieldRow, FieldValue, FieldValues } from '#model/hardware-field';
import { attribute, child, children, element, textAt, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList, withTextAt } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { listOf, numberAt, textField } from '../bound-fields.ts';
import type { BoundField, LiveTarget } from '../device-kind.ts';
import { isQemu, supports } from '../hardware-context.ts';
import { cell, numberCell, numberField, numberOf, numberSet, only, processorMap } from './part-fields.ts';
import { withTuned } from './pinning.ts';

/** A form has no more rows (`FieldValue`), and no guest as many threads. */
const SHOWN_MAX = 1024;

/** Those that are listed, and up to their count those with the lowest free numbers (libvirt: virDomainDefParseIOThreads). */
function idsIn(domain: XmlElement): number[] {
  const listed = children(child(domain, 'iothreadids'), 'iothread').flatMap((one) => numberOf(one, 'id') ?? []);
  const count = Math.min(Number(textAt(domain, 'iothreads') ?? 0) || 0, SHOWN_MAX);
  const ids = new Set(listed);
  for (let id = 1; ids.size < count; id += 1) ids.add(id);
  return [...ids].sort((one, other) => one - other);
}

function threadsIn(domain: XmlElement): FieldRow[] {
  const pins = children(child(domain, 'cputune'), 'iothreadpin');
  const listed = children(child(domain, 'iothreadids'), 'iothread');
  return idsIn(domain).map((id) => {
    const thread = listed.find((one) => numberOf(one, 'id') === id) ?? null;
    return {
      id,
      cpuset: attribute(pins.find((pin) => numberOf(pin, 'iothread') === id) ?? null, 'cpuset'),
      least: numberOf(thread, 'thread_pool_min'),
      most: numberOf(thread, 'thread_pool_max'),
    };
  });
}

function withThreads(domain: XmlElement, rows: readonly FieldRow[]): XmlElement {
  const ids = rows.map((row) => numberCell(row, 'id') ?? 0);
  const counted = withTextAt(domain, ['iothreads'], ids.length === 0 ? null : ids.length);
  const listed = withChild(counted, 'iothreadids', (old) => {
    if (ids.length === 0) return null;
    const before = children(old, 'iothread');
    const fresh = rows.map((row) => {
      const id = numberCell(row, 'id') ?? 0;
      const kept = before.find((one) => numberOf(one, 'id') === id) ?? element('iothread', { id });
      return withAttributes(kept, { thread_pool_min: cell(row, 'least'), thread_pool_max: cell(row, 'most') });
    });
    return withList(old ?? element('iothreadids'), ['iothread'], fresh);
  });
  const pinned = rows
    .filter((row) => cell(row, 'cpuset') !== null)
    .map((row) => ({ of: numberCell(row, 'id') ?? 0, cpuset: cell(row, 'cpuset') }));
  return withTuned(listed, 'iothreadpin', 'iothread', pinned);
}

/** libvirt: VIR_DOMAIN_IOTHREAD_THREAD_POOL_MIN and _MAX; -1 is no word about it, which a running guest's thread cannot go back to. */
async function setWorkers({ host, dom, element: running }: LiveTarget, value: FieldValue): Promise<void> {
  const before = new Map(threadsIn(running).map((row) => [numberCell(row, 'id'), row]));
  for (const row of Array.isArray(value) ? value : []) {
    const iothreadId = numberCell(row, 'id');
    const params = (['least', 'most'] as const).flatMap((key) => {
      const wanted = numberCell(row, key);
      const now = before.get(iothreadId)?.[key] ?? null;
      const field = key === 'least' ? 'thread_pool_min' : 'thread_pool_max';
      return wanted === null || wanted === now ? [] : [{ field, type: 'int', value: wanted } as const];
    });
    if (iothreadId !== null && params.length > 0)
      await host.job(remote.domainSetIothreadParams, { dom, iothreadId, params, flags: Affect.live });
  }
}

async function setLive(target: LiveTarget, value: FieldValue): Promise<void> {
  const { host, dom, element: running } = target;
  const before = new Map(threadsIn(running).map((row) => [numberCell(row, 'id'), cell(row, 'cpuset')]));
  const wanted = new Map((Array.isArray(value) ? value : []).map((row) => [numberCell(row, 'id'), cell(row, 'cpuset')]));
  for (const iothreadId of before.keys()) {
    if (iothreadId !== null && !wanted.has(iothreadId)) await host.job(remote.domainDelIothread, { dom, iothreadId, flags: Affect.live });
  }
  for (const [id, set] of wanted) {
    if (id === null) continue;
    if (!before.has(id)) await host.job(remote.domainAddIothread, { dom, iothreadId: id, flags: Affect.live });
    if (set === (before.get(id) ?? null)) continue;
    await host.job(remote.domainPinIothread, { dom, iothreadsId: id, cpumap: processorMap(set, host.facts.cpus), flags: Affect.live });
  }
  await setWorkers(target, value);
}

/** https://libvirt.org/formatdomain.html#iothreads-allocation */
export const ioThreads: readonly BoundField[] = only(
  (context) => isQemu(context) && supports(context, 'iothreads'),
  listOf(
    'iothreads',
    {
      label: 'I/O threads',
      help: 'Disks that are given to such a thread do not wait for the emulator’s other work. A disk is given to one on its own page.',
      section: 'I/O threads',
      columns: (context) => [
        numberField('id', { label: 'Number', min: 1, max: 4096 }, context),
        textField('cpuset', { label: 'On the host’s processors', unset: 'Any', maxLength: 1024, pattern: numberSet }, context),
        numberField('least', { label: 'Workers, at least', unset: '—', min: 0, max: 65_535 }, context),
        numberField('most', { label: 'At most', unset: '—', min: 1, max: 65_535 }, context),
      ],
      add: { label: 'Add an I/O thread', row: { id: 1, cpuset: null, least: null, most: null } },
      max: 256,
      live: setLive,
    },
    threadsIn,
    withThreads,
  ),
);

/** Workers of QEMU's main loop, which serves what has no thread of its own. libvirt 8.5: <defaultiothread>. */
export const mainLoop: readonly BoundField[] = only(
  (context) => isQemu(context) && supports(context, 'iothreads') && context.libvirt >= 8_005_000,
  ...(['min', 'max'] as const).map((end) =>
    numberAt(`main-${end}`, `defaultiothread/@thread_pool_${end}`, {
      label: end === 'min' ? 'Workers of the main loop, at least' : 'Workers of the main loop, at most',
      help: 'For disks without a thread of their own.',
      section: 'I/O threads',
      advanced: true,
      unset: 'As QEMU likes',
      min: end === 'min' ? 0 : 1,
      max: 65_535,
    }),
  ),
);

/** libvirt: "thread_pool_min must be smaller or equal to thread_pool_max". */
export function mainLoopProblems(values: FieldValues): FieldProblem[] {
  const [least, most] = [values['main-min'], values['main-max']];
  return typeof least === 'number' && typeof most === 'number' && least > most
    ? [{ field: 'main-min', message: 'Not more than there are at most.' }]
    : [];
}

/** Numbers of a list that are there twice, as its problem. */
export function twice(
  field: string,
  column: string,
  rows: FieldValue | undefined,
): { field: string; row: number; column: string; message: string }[] {
  if (!Array.isArray(rows)) return [];
  const values = rows.map((row) => row[column]);
  return values.flatMap((value, row) =>
    values.indexOf(value) < row ? [{ field, row, column, message: 'This number is in the list already.' }] : [],
  );
}
