import { attribute, children, element, path, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withAttributesAt, withList, withPath } from '../../xml/edit.ts';
import type { FieldRow } from '#model/hardware-field';
import { choice, choiceField, listOf, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { elementRows, withElements } from './element-rows.ts';
import { cell, numberCell, numberField, numberOf, only } from './part-fields.ts';

const SECTION = 'How far the guest’s nodes are';
const node = { min: 0, max: 127 } as const;

const cellsOf = (domain: XmlElement) => children(path(domain, 'cpu', 'numa'), 'cell');

const distancesIn = (domain: XmlElement): FieldRow[] =>
  cellsOf(domain).flatMap((cellElement, index) =>
    children(path(cellElement, 'distances'), 'sibling').map((one) => ({
      from: numberOf(cellElement, 'id') ?? index,
      to: numberOf(one, 'id'),
      value: numberOf(one, 'value'),
    })),
  );

/** Each node's own rows, written into it. */
function withinCells(domain: XmlElement, write: (cellElement: XmlElement, id: number) => XmlElement): XmlElement {
  return withPath(domain, ['cpu', 'numa'], (old) => {
    if (old === null) return null;
    const cells = children(old, 'cell').map((one, index) => write(one, numberOf(one, 'id') ?? index));
    return withList(old, ['cell'], cells);
  });
}

const cacheKeys = ['level', 'associativity', 'policy'] as const;

const cachesIn = (domain: XmlElement): FieldRow[] =>
  cellsOf(domain).flatMap((cellElement, index) =>
    children(cellElement, 'cache').map((cache) => ({
      node: numberOf(cellElement, 'id') ?? index,
      level: numberOf(cache, 'level'),
      associativity: attribute(cache, 'associativity'),
      policy: attribute(cache, 'policy'),
      size: numberOf(path(cache, 'size'), 'value'),
      line: numberOf(path(cache, 'line'), 'value'),
    })),
  );

function withCache(old: XmlElement, row: FieldRow): XmlElement {
  const made = withAttributes(old, Object.fromEntries(cacheKeys.map((key) => [key, cell(row, key)])));
  const sized = withAttributesAt(made, ['size'], { value: numberCell(row, 'size'), unit: 'KiB' });
  return withAttributesAt(sized, ['line'], { value: numberCell(row, 'line'), unit: 'B' });
}

/** https://libvirt.org/formatdomain.html#numa-topology */
export const numaDetails: readonly BoundField[] = only(
  isQemu,
  listOf(
    'distances',
    {
      label: 'Distances',
      help: 'How long one node’s way to another’s memory takes, as ACPI says it: 10 is to its own, 20 twice as long.',
      section: SECTION,
      advanced: true,
      columns: (context) => [
        numberField('from', { ...node, label: 'From node' }, context),
        numberField('to', { ...node, label: 'To node' }, context),
        numberField('value', { label: 'Distance', min: 10, max: 255 }, context),
      ],
      add: { label: 'Add a distance', row: { from: 0, to: 1, value: 20 } },
      max: 1024,
    },
    distancesIn,
    (domain, rows) =>
      withinCells(domain, (one, id) =>
        withElements(one, ['distances'], 'sibling', (before) =>
          rows
            .filter((row) => row['from'] === id)
            .map((row) => {
              const kept = before.find((sibling) => numberOf(sibling, 'id') === row['to']) ?? element('sibling');
              return withAttributes(kept, { id: cell(row, 'to'), value: cell(row, 'value') });
            }),
        ),
      ),
  ),
  listOf(
    'node-caches',
    {
      label: 'Caches before memory',
      help: 'What lies between a node’s processors and its memory (ACPI HMAT), for systems that place their memory by it.',
      section: SECTION,
      advanced: true,
      columns: (context) => [
        numberField('node', { ...node, label: 'Node' }, context),
        numberField('level', { label: 'Level', min: 1, max: 3 }, context),
        choiceField(
          'associativity',
          {
            label: 'Associativity',
            choices: [choice('none', 'None'), choice('direct', 'Direct'), choice('full', 'Full')],
          },
          context,
        ),
        choiceField(
          'policy',
          {
            label: 'Written',
            choices: [choice('none', 'Not said'), choice('writeback', 'Later'), choice('writethrough', 'At once')],
          },
          context,
        ),
        numberField('size', { label: 'Size', min: 1, max: 2 ** 32, unit: 'KiB' }, context),
        numberField('line', { label: 'Line', min: 1, max: 65_535, unit: 'B' }, context),
      ],
      add: { label: 'Add a cache', row: { node: 0, level: 1, associativity: 'direct', policy: 'writeback', size: 10_240, line: 64 } },
      max: 256,
    },
    cachesIn,
    (domain, rows) =>
      withinCells(domain, (one, id) => {
        const before = children(one, 'cache');
        const own = rows.filter((row) => row['node'] === id);
        return withList(
          one,
          ['cache'],
          own.map((row, index) => withCache(before[index] ?? element('cache'), row)),
        );
      }),
  ),
  ...(['latency', 'bandwidth'] as const).map((name) =>
    elementRows(
      `numa-${name}`,
      { parent: ['cpu', 'numa', 'interconnects'], name },
      {
        label: name === 'latency' ? 'Latency' : 'Bandwidth',
        help:
          name === 'latency'
            ? 'Between a node that asks and one that answers (ACPI HMAT), in nanoseconds.'
            : 'Between a node that asks and one that answers (ACPI HMAT).',
        section: SECTION,
        advanced: true,
        columns: (context) => [
          numberField('initiator', { ...node, label: 'Asks' }, context),
          numberField('target', { ...node, label: 'Answers' }, context),
          numberField('cache', { label: 'From cache', unset: 'From memory', min: 1, max: 3 }, context),
          choiceField(
            'type',
            { label: 'To', choices: [choice('access', 'Read and write'), choice('read', 'Read'), choice('write', 'Write')] },
            context,
          ),
          numberField('value', { label: 'Is', min: 1, max: 2 ** 40 }, context),
          ...(name === 'latency'
            ? []
            : [textField('unit', { label: 'Unit', pattern: { source: '[KMG]iB', says: 'KiB, MiB or GiB.' } }, context)]),
        ],
        add: {
          label: name === 'latency' ? 'Add a latency' : 'Add a bandwidth',
          row: { initiator: 0, target: 0, cache: null, type: 'access', value: 5, ...(name === 'latency' ? {} : { unit: 'KiB' }) },
        },
        max: 1024,
      },
    ),
  ),
);
