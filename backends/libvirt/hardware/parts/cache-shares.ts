import type { FieldRow } from '#model/hardware-field';
import { MiB } from '#model/quantity';
import { attribute, child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withList } from '../../xml/edit.ts';
import { choice, choiceField, listOf, type ListSaying, plain, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { withElements } from './element-rows.ts';
import { bytesIn, cell, KiB, numberCell, numberField, numberOf, numberSet, only } from './part-fields.ts';

const SECTION = 'Share of the host’s caches';
const set = { maxLength: 256, pattern: numberSet } as const;

interface Part {
  /** What holds the parts of one set of processors, and what such a part is called. */
  readonly group: 'cachetune' | 'memorytune';
  readonly name: 'cache' | 'monitor' | 'node';
  read(part: XmlElement): FieldRow;
  write(part: XmlElement, row: FieldRow): XmlElement;
}

/** Rows that name the same processors are in one group, as libvirt insists; a group that nothing is left in goes. */
function grouped(key: string, saying: ListSaying, { group, name, read, write }: Part): BoundField {
  return listOf(
    key,
    saying,
    (domain) =>
      children(child(domain, 'cputune'), group).flatMap((one) =>
        children(one, name).map((part) => ({ group: attribute(one, 'vcpus'), ...read(part) })),
      ),
    (domain, rows) =>
      withElements(domain, ['cputune'], group, (before) => {
        const sets = [...new Set([...before.map((one) => attribute(one, 'vcpus')), ...rows.map((row) => cell(row, 'group'))])];
        return sets.flatMap((vcpus) => {
          const old = before.find((one) => attribute(one, 'vcpus') === vcpus) ?? element(group, { vcpus: vcpus ?? '' });
          const parts = children(old, name);
          const fresh = rows.filter((row) => cell(row, 'group') === vcpus).map((row, index) => write(parts[index] ?? element(name), row));
          const made = withList(old, [name], fresh);
          return children(made).length === 0 ? [] : [made];
        });
      }),
  );
}

const SOURCE = 'It needs a processor that can divide them (Intel RDT, AMD QoS), and the host’s resctrl file system.';

/** https://libvirt.org/formatdomain.html#cpu-tuning; the groups of the kernel's resctrl are made when the guest starts. */
export const cacheShares: readonly BoundField[] = only(
  // qemuValidateDomainDef: for guests with KVM alone.
  ({ hypervisor }) => hypervisor === 'kvm',
  grouped(
    'caches',
    {
      label: 'Cache of their own',
      help: `Parts of the host’s cache that only these processors of the guest fill. ${SOURCE}`,
      section: SECTION,
      advanced: true,
      columns: (context) => [
        textField('group', { ...set, label: 'Processors of the guest' }, context),
        numberField('id', { label: 'Cache of the host', min: 0, max: 4095 }, context),
        numberField('level', { label: 'Level', min: 2, max: 3 }, context),
        choiceField(
          'type',
          { label: 'For', choices: [choice('both', 'All'), choice('code', 'Programs'), choice('data', 'Data')] },
          context,
        ),
        { ...plain('size', { label: 'Size' }, context), kind: 'size', min: KiB, max: 1024 * MiB },
      ],
      add: { label: 'Add a cache', row: { group: '0', id: 0, level: 3, type: 'both', size: MiB } },
      max: 256,
    },
    {
      group: 'cachetune',
      name: 'cache',
      read: (cache) => ({
        id: numberOf(cache, 'id'),
        level: numberOf(cache, 'level'),
        type: attribute(cache, 'type'),
        size: bytesIn(attribute(cache, 'size') ?? '', attribute(cache, 'unit') ?? 'B'),
      }),
      write: (cache, row) =>
        withAttributes(cache, {
          id: cell(row, 'id'),
          level: cell(row, 'level'),
          type: cell(row, 'type'),
          size: Math.ceil((numberCell(row, 'size') ?? 0) / KiB),
          unit: 'KiB',
        }),
    },
  ),
  grouped(
    'cache-monitors',
    {
      label: 'Watched caches',
      help: `How much of the cache these processors use is then counted by the host. ${SOURCE}`,
      section: SECTION,
      advanced: true,
      columns: (context) => [
        textField('group', { ...set, label: 'Group of processors' }, context),
        textField('vcpus', { ...set, label: 'Of them' }, context),
        numberField('level', { label: 'Level', min: 3, max: 3 }, context),
      ],
      add: { label: 'Watch a cache', row: { group: '0', vcpus: '0', level: 3 } },
      max: 256,
    },
    {
      group: 'cachetune',
      name: 'monitor',
      read: (monitor) => ({ vcpus: attribute(monitor, 'vcpus'), level: numberOf(monitor, 'level') }),
      write: (monitor, row) => withAttributes(monitor, { level: cell(row, 'level'), vcpus: cell(row, 'vcpus') }),
    },
  ),
  grouped(
    'bandwidths',
    {
      label: 'Memory bandwidth',
      help: `How much of the way to memory these processors may take, in percent. ${SOURCE}`,
      section: SECTION,
      advanced: true,
      columns: (context) => [
        textField('group', { ...set, label: 'Processors of the guest' }, context),
        numberField('id', { label: 'Node of the host', min: 0, max: 4095 }, context),
        numberField('bandwidth', { label: 'Share', min: 1, max: 100, unit: '%' }, context),
      ],
      add: { label: 'Add a share', row: { group: '0', id: 0, bandwidth: 100 } },
      max: 256,
    },
    {
      group: 'memorytune',
      name: 'node',
      read: (node) => ({ id: numberOf(node, 'id'), bandwidth: numberOf(node, 'bandwidth') }),
      write: (node, row) => withAttributes(node, { id: cell(row, 'id'), bandwidth: cell(row, 'bandwidth') }),
    },
  ),
  grouped(
    'bandwidth-monitors',
    {
      label: 'Watched memory',
      help: `How much of the way to memory these processors take is then counted by the host. ${SOURCE}`,
      section: SECTION,
      advanced: true,
      columns: (context) => [
        textField('group', { ...set, label: 'Group of processors' }, context),
        textField('vcpus', { ...set, label: 'Of them' }, context),
      ],
      add: { label: 'Watch memory', row: { group: '0', vcpus: '0' } },
      max: 256,
    },
    {
      group: 'memorytune',
      name: 'monitor',
      read: (monitor) => ({ vcpus: attribute(monitor, 'vcpus') }),
      write: (monitor, row) => withAttributes(monitor, { vcpus: cell(row, 'vcpus') }),
    },
  ),
);
