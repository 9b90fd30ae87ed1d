import type { FieldRow } from '#model/hardware-field';
import { attribute, child, children, element, path, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withList, withPath } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { choice, choiceField, customField, listOf, plain, textAt, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isContainer, isQemu } from '../hardware-context.ts';
import { MiB } from '#model/quantity';
import { MEMORY_MAX } from './memory-amounts.ts';
import { bytesIn, cell, faithful, KiB, numberCell, numberField, numberOf, numberSet, only } from './part-fields.ts';

const GUEST = 'NUMA nodes of the guest';
const HOST = 'NUMA nodes of the host';
const set = { maxLength: 1024, pattern: numberSet } as const;

const modes = [
  choice('strict', 'There only', 'The guest does not start, or waits for memory, where there is not enough.'),
  choice('preferred', 'There if possible'),
  choice('interleave', 'Evenly over them'),
  choice('restrictive', 'As the host’s own limits say'),
];

const cellsIn = (domain: XmlElement): FieldRow[] =>
  children(path(domain, 'cpu', 'numa'), 'cell').map((one) => ({
    cpus: attribute(one, 'cpus'),
    memory: bytesIn(attribute(one, 'memory') ?? '', attribute(one, 'unit')),
    access: attribute(one, 'memAccess'),
  }));

function withCells(domain: XmlElement, rows: readonly FieldRow[]): XmlElement {
  return withPath(domain, ['cpu', 'numa'], (old) => {
    if (rows.length === 0) return null;
    const before = children(old, 'cell');
    const cells = rows.map((row, id) =>
      withAttributes(before[id] ?? element('cell'), {
        id,
        cpus: cell(row, 'cpus'),
        memory: Math.ceil((numberCell(row, 'memory') ?? 0) / KiB),
        unit: 'KiB',
        memAccess: cell(row, 'access'),
      }),
    );
    return withList(old ?? element('numa'), ['cell'], cells);
  });
}

/** https://libvirt.org/formatdomain.html#cpu-model-and-topology, #numa-node-tuning */
export const numa: readonly BoundField[] = [
  ...only(
    isQemu,
    listOf(
      'cells',
      {
        label: 'Nodes',
        help: 'Parts of the guest with processors and memory that are close to each other. All of them together have the guest’s memory.',
        section: GUEST,
        ordered: true,
        columns: (context) => [
          textField('cpus', { ...set, label: 'Processors', unset: 'None' }, context),
          { ...plain('memory', { label: 'Memory' }, context), kind: 'size', min: MiB, max: MEMORY_MAX },
          choiceField(
            'access',
            { label: 'Shared', unset: 'As all memory', choices: [choice('shared', 'Shared'), choice('private', 'Not shared')] },
            context,
          ),
        ],
        add: { label: 'Add a node', row: { cpus: '0', memory: 1024 * MiB, access: null } },
        max: 128,
      },
      cellsIn,
      withCells,
    ),
    listOf(
      'node-memory',
      {
        label: 'Each node’s memory',
        help: 'On which of the host’s nodes a node of the guest has its memory.',
        section: HOST,
        advanced: true,
        columns: (context) => [
          numberField('cell', { label: 'Node of the guest', min: 0, max: 127 }, context),
          choiceField('mode', { label: 'How', choices: modes }, context),
          textField('nodeset', { ...set, label: 'Nodes of the host' }, context),
        ],
        add: { label: 'Add one', row: { cell: 0, mode: 'strict', nodeset: '0' } },
        max: 128,
      },
      (domain) =>
        children(child(domain, 'numatune'), 'memnode').map((one) => ({
          cell: numberOf(one, 'cellid'),
          mode: attribute(one, 'mode') ?? 'strict',
          nodeset: attribute(one, 'nodeset'),
        })),
      (domain, rows) =>
        withPath(domain, ['numatune'], (old) => {
          const before = children(old, 'memnode');
          const fresh = rows.map((row) => {
            const of = numberCell(row, 'cell') ?? 0;
            const kept = before.find((one) => numberOf(one, 'cellid') === of) ?? element('memnode');
            return withAttributes(kept, { cellid: of, mode: cell(row, 'mode'), nodeset: cell(row, 'nodeset') });
          });
          const made = withList(old ?? element('numatune'), ['memnode'], fresh);
          return children(made).length === 0 ? null : made;
        }),
    ),
  ),
  ...only(
    (context) => isQemu(context) || isContainer(context),
    customField(
      (context) => choiceField('memory-mode', { label: 'Memory is taken', section: HOST, unset: 'From any node', choices: modes }, context),
      {
        read: (domain) => attribute(path(domain, 'numatune', 'memory'), 'mode'),
        write: (domain, value) =>
          withPath(domain, ['numatune', 'memory'], (old) =>
            typeof value === 'string' ? withAttributes(old ?? element('memory'), { mode: value }) : null,
          ),
      },
    ),
    {
      ...faithful(
        textAt('memory-nodes', 'numatune/memory/@nodeset', {
          ...set,
          label: 'From the host’s nodes',
          section: HOST,
          when: [{ field: 'memory-mode', is: modes.map(({ value }) => value) }],
          unset: 'Any',
          live: async ({ host, dom }, value) => {
            const params = [{ field: 'numa_nodeset', type: 'string', value: typeof value === 'string' ? value : '' }] as const;
            await host.job(remote.domainSetNumaParameters, { dom, params: [...params], flags: Affect.live });
          },
        }),
      ),
      // libvirt moves the memory of a running guest in the mode "restrictive" only, or, being older, in "strict" (qemuDomainSetNumaParameters).
      waits: ({ running }, change) => {
        const mode = attribute(path(running, 'numatune', 'memory'), 'mode');
        return change !== null && (change.to === null || change.to === '' || (mode !== 'restrictive' && mode !== 'strict'));
      },
    },
  ),
];
