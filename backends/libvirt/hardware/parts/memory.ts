import type { FieldProblem, FieldValue, FieldValues } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { switchAt } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { isQemu, type HardwareContext } from '../hardware-context.ts';
import { memoryAmounts } from './memory-amounts.ts';
import { memoryBacking, pageSizes } from './memory-backing.ts';
import { memoryLimits } from './memory-limits.ts';
import { only } from './part-fields.ts';

const inDumps = only(
  isQemu,
  switchAt('dump-core', 'memory/@dumpCore', {
    label: 'Is in the emulator’s own crash dump',
    help: 'Where QEMU itself crashes, and the host keeps what it left: with the guest’s memory in it, or without.',
    section: 'Backing on the host',
    advanced: true,
    words: ['on', 'off'],
    unset: 'As the host’s configuration says',
  }),
);

/** https://libvirt.org/formatdomain.html#memory-allocation */
export const memory: MachinePart = {
  sort: 'part',
  kind: 'memory',
  group: 'machine',
  title: 'Memory',
  help: 'How much memory the guest has, how it can change while the guest runs, and where the host keeps it.',
  fits: () => true,
  fields: [...memoryAmounts, ...memoryBacking, ...memoryLimits, ...inDumps],
  summary: ({ memory: all, current }) =>
    typeof current === 'number' ? `${words(current)} of ${words(all ?? null)} at present` : words(all ?? null),
  problems,
  warnings,
};

const bytes = (value: FieldValue | undefined): number => (typeof value === 'number' ? value : 0);
const words = (value: FieldValue): string =>
  bytes(value) % GiB === 0 ? `${bytes(value) / GiB} GiB` : `${Math.round(bytes(value) / MiB).toLocaleString('en')} MiB`;

function problems(values: FieldValues): FieldProblem[] {
  const { memory: all, current, ceiling, slots } = values;
  const found: FieldProblem[] = [];
  if (typeof current === 'number' && current > bytes(all)) {
    found.push({ field: 'current', message: `It cannot be more than the guest’s memory, ${words(all ?? null)}.` });
  }
  if (typeof ceiling === 'number' && ceiling < bytes(all)) {
    found.push({ field: 'ceiling', message: `It cannot be less than the guest’s memory, ${words(all ?? null)}.` });
  }
  if (typeof slots === 'number' && typeof ceiling !== 'number') {
    found.push({ field: 'slots', message: 'Slots are for memory devices: say how far the memory may grow.' });
  }
  const [hard, swap] = [values['hard-limit'], values['swap-limit']];
  if (typeof swap === 'number' && typeof hard === 'number' && swap < hard) {
    found.push({ field: 'swap-limit', message: 'It counts memory and swap together, so it cannot be below the hard limit.' });
  }
  return found;
}

function warnings(from: FieldValues, to: FieldValues, context: HardwareContext): string[] {
  const found: string[] = [];
  const { memory: host } = context.facts;
  const all = bytes(to['memory']);
  if (all !== bytes(from['memory']) && all > host) {
    found.push(`The host has ${words(host)} of memory in all. With more than that the guest may be ended by the host, or be very slow.`);
  }
  const hard = to['hard-limit'];
  if (typeof hard === 'number' && hard < all && hard !== from['hard-limit']) {
    found.push('The hard limit is below the guest’s memory: the host ends the guest when it uses all of it.');
  }
  if (to['locked'] === true && from['locked'] !== true && typeof hard !== 'number') {
    found.push('Memory that is never swapped out wants a hard limit, or the guest could take all of the host’s.');
  }
  if (to['shared'] === false && from['shared'] === true) {
    found.push('Folders shared by virtiofs and vhost-user devices do not start without shared memory.');
  }
  if (to['hugepages'] === true && from['hugepages'] !== true) found.push(...pagesWarning(all, context));
  if (typeof to['ceiling'] === 'number' && typeof from['ceiling'] !== 'number') {
    found.push('The guest gets a NUMA node with all its processors and memory, if it has none: memory is plugged into nodes.');
  }
  return found;
}

function pagesWarning(all: number, context: HardwareContext): string[] {
  const known = pageSizes(context).filter(({ total }) => total !== null);
  const aside = known.reduce((sum, { size, total }) => sum + size * (total ?? 0), 0);
  if (known.length === 0) return ['The guest does not start unless the host has set aside enough huge pages.'];
  if (aside >= all) return [];
  return [`The host has set aside ${words(aside)} in huge pages, and the guest needs ${words(all)}: it will not start.`];
}
