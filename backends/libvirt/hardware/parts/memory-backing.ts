import { GiB, MiB } from '#model/quantity';
import { attribute, child, children, element, path, text, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withAttributesAt, withList, withPath } from '../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, listOf, plain, type Saying, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { enumOf, isQemu, isX86, offered, type HardwareContext } from '../hardware-context.ts';
import { bytesIn, cell, KiB, numberCell, numberOf, numberSet, only } from './part-fields.ts';

const SECTION = 'Backing on the host';

const presence = (key: string, name: string, saying: Saying): BoundField =>
  customField((context) => ({ ...plain(key, saying, context), kind: 'toggle' }), {
    read: (domain) => path(domain, 'memoryBacking', name) !== null,
    write: (domain, value) => withPath(domain, ['memoryBacking', name], (old) => (value === true ? (old ?? element(name)) : null)),
  });

const sharedMemory: Saying = {
  label: 'Shared memory',
  help: 'Other programs of the host may look into the guest’s memory. Folders shared by virtiofs and vhost-user devices need it.',
};

export const memoryBacking: readonly BoundField[] = only(
  isQemu,
  customField((context) => ({ ...plain('shared', sharedMemory, context), kind: 'toggle' }), {
    read: (domain) => attribute(path(domain, 'memoryBacking', 'access'), 'mode') === 'shared',
    write: (domain, value) => {
      const made = withAttributesAt(domain, ['memoryBacking', 'access'], { mode: value === true ? 'shared' : null });
      if (value !== true) return made;
      // Anonymous memory cannot be shared; hugepages are files already.
      const backing = child(made, 'memoryBacking');
      const shareable = attribute(child(backing, 'source'), 'type') !== null || child(backing, 'hugepages') !== null;
      return shareable ? made : withAttributesAt(made, ['memoryBacking', 'source'], { type: 'memfd' });
    },
  }),
  choiceAt('source', 'memoryBacking/source/@type', {
    label: 'Kept as',
    section: SECTION,
    advanced: true,
    unset: 'Anonymous memory',
    choices: (context) =>
      offered(
        [
          choice('anonymous', 'Anonymous memory', 'As every program’s memory. It cannot be shared.'),
          choice('memfd', 'A file without a name (memfd)', 'Can be shared, and takes no room on a disk.'),
          choice('file', 'A file', 'In the folder that the host’s configuration names.'),
        ],
        enumOf(context, ['memoryBacking'], 'sourceType'),
      ),
  }),
  choiceAt('allocation', 'memoryBacking/allocation/@mode', {
    label: 'Taken from the host',
    section: SECTION,
    advanced: true,
    unset: 'As the hypervisor likes',
    choices: [
      choice('immediate', 'All at the start', 'A start takes longer, and fails where the host has not enough.'),
      choice('ondemand', 'As the guest uses it'),
    ],
  }),
  presence('locked', 'locked', {
    label: 'Never swapped out',
    help: 'The host keeps all of the guest’s memory in its own. It needs a hard limit, which is above the guest’s memory.',
    section: SECTION,
    advanced: true,
  }),
  presence('nosharepages', 'nosharepages', {
    label: 'No merging of equal pages',
    help: 'The host does not store pages once that several guests have alike (KSM).',
    section: SECTION,
    advanced: true,
  }),
  presence('discard', 'discard', {
    label: 'Thrown away at the end',
    help: 'What is left in memory when the guest ends is not written back to its file.',
    section: SECTION,
    advanced: true,
  }),
  presence('hugepages', 'hugepages', {
    label: 'Huge pages',
    help: 'Memory in large pieces, which the processor finds faster. They must have been set aside on the host.',
    section: 'Huge pages',
  }),
  listOf(
    'pages',
    {
      label: 'Sizes',
      help: 'Which sizes, and for which of the guest’s NUMA nodes.',
      section: 'Huge pages',
      when: [{ field: 'hugepages', is: [true] }],
      columns: (context) => [
        choiceField(
          'size',
          { label: 'Size', choices: (host) => pageSizes(host).map(({ size, says }) => choice(size, sizeWords(size), says)) },
          context,
        ),
        textField('nodeset', { label: 'Guest’s NUMA nodes', unset: 'All', maxLength: 256, pattern: numberSet }, context),
      ],
      add: { label: 'Add a size', row: { size: 2 * MiB, nodeset: null } },
      max: 16,
    },
    (domain) =>
      children(path(domain, 'memoryBacking', 'hugepages'), 'page').map((page) => ({
        size: bytesIn(attribute(page, 'size') ?? '', attribute(page, 'unit')),
        nodeset: attribute(page, 'nodeset'),
      })),
    (domain, rows) =>
      withPath(domain, ['memoryBacking', 'hugepages'], (old) => {
        if (old === null && rows.length === 0) return null;
        const before = children(old, 'page');
        const pages = rows.map((row, index) =>
          withAttributes(before[index] ?? element('page'), {
            size: Math.round((numberCell(row, 'size') ?? 0) / KiB),
            unit: 'KiB',
            nodeset: cell(row, 'nodeset'),
          }),
        );
        return withList(old ?? element('hugepages'), ['page'], pages);
      }),
  ),
);

const sizeWords = (size: number): string => (size >= GiB ? `${size / GiB} GiB` : `${size / MiB} MiB`);

/** The sizes above the ordinary that the host has, and how many of each were set aside. */
export function pageSizes({
  hostCapabilities,
  arch,
}: HardwareContext): { readonly size: number; readonly total: number | null; readonly says: string | null }[] {
  const host = child(hostCapabilities, 'host');
  const ordinary = 64 * KiB;
  const sizes = children(child(host, 'cpu'), 'pages')
    .map((pages) => (numberOf(pages, 'size') ?? 0) * KiB)
    .filter((size) => size > ordinary);
  const known = sizes.length > 0 ? sizes : isX86({ arch }) ? [2 * MiB, GiB] : [2 * MiB];
  return known.map((size) => {
    const total = setAside(host, size);
    return { size, total, says: total === null ? null : `The host has ${total} of them.` };
  });
}

function setAside(host: XmlElement | null, size: number): number | null {
  const cells = children(path(host, 'topology', 'cells'), 'cell');
  const pools = cells.flatMap((one) => children(one, 'pages')).filter((pages) => (numberOf(pages, 'size') ?? 0) * KiB === size);
  return pools.length === 0 ? null : pools.reduce((sum, pages) => sum + (Number(text(pages)) || 0), 0);
}
