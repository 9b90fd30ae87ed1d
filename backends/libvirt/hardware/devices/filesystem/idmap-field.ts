import type { FieldRow, PlainField } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../../xml/document.ts';
import { withChild, withList, withAttributes } from '../../../xml/edit.ts';
import { choice, choiceField, listOf, plain, numberIn } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { isQemu } from '../../hardware-context.ts';

const number = (key: string, label: string, context: HardwareContext): PlainField => ({
  ...plain(key, { label }, context),
  kind: 'number',
  min: 0,
  max: 0xffffffff,
  unit: null,
});

/** virtiofs, libvirt 10.0: whom a user of the guest is on the host. https://libvirt.org/formatdomain.html#filesystems, "idmap" */
export const idmapField: BoundField = {
  ...listOf(
    'idmap',
    {
      label: 'Users and groups',
      help: 'Whom users and groups of the guest are on the host. Empty: the same numbers, as far as the host allows.',
      advanced: true,
      when: [{ field: 'driver', is: ['virtiofs'] }],
      fixed: (context) => (context.libvirt >= 10_000_000 ? null : 'The host’s libvirt is older than 10.0.'),
      max: 64,
      add: { label: 'Add range', row: { of: 'uid', start: 0, target: 100000, count: 65536 } },
      columns: (context) => [
        choiceField('of', { label: 'Of', choices: [choice('uid', 'Users'), choice('gid', 'Groups')] }, context),
        number('start', 'First in the guest', context),
        number('target', 'First on the host', context),
        number('count', 'How many', context),
      ],
    },
    (share) => children(child(share, 'idmap')).flatMap(asRow),
    (share, rows) => {
      const old = children(child(share, 'idmap'));
      const ranges = rows.map((row, index) => asRange(row, old[index] ?? null));
      return withChild(share, 'idmap', (idmap) => {
        if (ranges.length === 0) return idmap === null || old.length === 0 ? idmap : null;
        return withList(idmap ?? element('idmap'), ['uid', 'gid'], ranges);
      });
    },
  ),
  fits: isQemu,
};

function asRow(range: XmlElement): FieldRow[] {
  if (range.name !== 'uid' && range.name !== 'gid') return [];
  const value = (name: string) => numberIn(attribute(range, name)) ?? 0;
  return [{ of: range.name, start: value('start'), target: value('target'), count: value('count') }];
}

function asRange({ of, start, target, count }: FieldRow, old: XmlElement | null): XmlElement {
  const name = of === 'gid' ? 'gid' : 'uid';
  const base = old !== null && old.name === name ? old : element(name);
  return withAttributes(base, { start: Number(start), target: Number(target), count: Number(count) });
}
