import type { FieldProblem, FieldValue, FieldValues } from '#model/hardware-field';
import { attribute, path } from '../../xml/document.ts';
import type { MachinePart } from '../device-kind.ts';
import type { HardwareContext } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { ioThreads, mainLoop, mainLoopProblems, twice } from './io-threads.ts';
import { numa } from './numa.ts';
import { differs, numbersIn, sizeIn } from './part-fields.ts';
import { cacheShares } from './cache-shares.ts';
import { diskShares } from './disk-shares.ts';
import { numaDetails } from './numa-details.ts';
import { pinning } from './pinning.ts';
import { processorShares } from './processor-shares.ts';
import { processorsIn } from './processor-count.ts';
import { scheduling, schedulingProblems } from './scheduling.ts';

/** Where on the host the guest runs, and how much of it. */
export const placement: MachinePart = {
  sort: 'part',
  kind: 'placement',
  group: 'machine',
  title: 'Placement and limits',
  help: 'On which processors and memory of the host the guest runs, and how much of them it may take from others.',
  fits: ({ hypervisor }) => ['kvm', 'qemu', 'lxc', 'xen', 'test'].includes(hypervisor),
  fields: [
    ...pinning,
    ...ioThreads,
    ...mainLoop,
    ...processorShares,
    ...diskShares,
    ...scheduling,
    ...cacheShares,
    ...numa,
    ...numaDetails,
  ],
  summary: ({ pins, iothreads, cells, shares }) =>
    summaryWords(
      counted(pins, 'pinned processor', 'pinned processors'),
      counted(iothreads, 'I/O thread', 'I/O threads'),
      counted(cells, 'NUMA node', 'NUMA nodes'),
      typeof shares === 'number' ? `weight ${shares}` : null,
    ) || 'Anywhere, without limits',
  problems,
  warnings,
};

const counted = (rows: FieldValue | undefined, one: string, more: string): string | null =>
  !Array.isArray(rows) || rows.length === 0 ? null : `${rows.length} ${rows.length === 1 ? one : more}`;

function problems(values: FieldValues, { domain }: HardwareContext): FieldProblem[] {
  const { pins, iothreads, cells } = values;
  const nodes = values['node-memory'];
  const found: FieldProblem[] = [
    ...twice('pins', 'vcpu', pins),
    ...twice('iothreads', 'id', iothreads),
    ...mainLoopProblems(values),
    ...schedulingProblems(values['schedulers']),
    ...twice('node-memory', 'cell', nodes),
  ];
  if (Array.isArray(cells) && Array.isArray(nodes)) {
    const beyond = nodes.findIndex((row) => Number(row['cell']) >= cells.length);
    if (beyond >= 0) found.push({ field: 'node-memory', row: beyond, column: 'cell', message: 'The guest does not have this node.' });
  }
  const automatic = values['placement'] === 'auto' || attribute(path(domain, 'numatune', 'memory'), 'placement') === 'auto';
  if (typeof values['memory-mode'] === 'string' && typeof values['memory-nodes'] !== 'string' && !automatic) {
    found.push({ field: 'memory-nodes', message: 'Say from which of the host’s nodes.' });
  }
  if (Array.isArray(pins)) {
    const beyond = pins.findIndex((row) => Number(row['vcpu']) >= processorsIn(domain));
    if (beyond >= 0)
      found.push({ field: 'pins', row: beyond, column: 'vcpu', message: `The guest’s processors are 0 to ${processorsIn(domain) - 1}.` });
  }
  return found;
}

function warnings(from: FieldValues, to: FieldValues, { domain, facts }: HardwareContext): string[] {
  const found: string[] = [];
  const { cells, pins } = to;
  if (Array.isArray(cells) && cells.length > 0 && differs(from, to, 'cells')) {
    const sum = cells.reduce((all, row) => all + Number(row['memory'] ?? 0), 0);
    if (sum !== sizeIn(domain, ['memory'])) found.push('The nodes do not add up to the guest’s memory: it gets as much as they have.');
  }
  const sets = [to['cpuset'], to['emulator-set'], ...(Array.isArray(pins) ? pins.map((row) => row['cpuset']) : [])];
  const beyond = sets.some((set) => typeof set === 'string' && [...(numbersIn(set) ?? [])].some((number) => number >= facts.cpus));
  if (beyond) found.push(`The host’s processors are 0 to ${facts.cpus - 1}: the guest does not start on one that is not there.`);
  return found;
}
