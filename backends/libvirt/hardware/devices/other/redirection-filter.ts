import type { FieldRow } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { attribute, children, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withList } from '../../../xml/edit.ts';
import { choice, choiceField, listOf, textField } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu } from '../../hardware-context.ts';

const parts = ['class', 'vendor', 'product', 'version'] as const;

/** "-1" is anything, and so is nothing (libvirt's schema, "usbdevfilter"). */
const rowOf = (rule: XmlElement): FieldRow => ({
  allow: attribute(rule, 'allow') === 'yes' ? 'yes' : 'no',
  ...Object.fromEntries(parts.map((name) => [name, anything(attribute(rule, name))])),
});
const anything = (value: string | null) => (value === null || value === '-1' ? null : value);
const rowsIn = (filter: XmlElement): FieldRow[] => children(filter, 'usbdev').map(rowOf);

function written(filter: XmlElement, rows: readonly FieldRow[]): XmlElement {
  if (sameValue(rowsIn(filter), [...rows])) return filter;
  const old = children(filter, 'usbdev');
  const rules = rows.map((row) => {
    const same = old.find((rule) => sameValue([rowOf(rule)], [row]));
    const said = Object.fromEntries(parts.map((name) => [name, row[name] === null || row[name] === '' ? null : String(row[name])]));
    return same ?? withAttributes(element('usbdev'), { ...said, allow: row['allow'] === 'yes' ? 'yes' : 'no' });
  });
  return withList(filter, ['usbdev'], rules);
}

const id = { source: '0x[0-9a-fA-F]{1,4}', says: 'A hexadecimal number, like 0x046d.' };

const rules: BoundField = listOf(
  'rules',
  {
    label: 'Rules',
    help: 'The first that fits a device decides. What none fits is refused.',
    columns: (context) => [
      choiceField('allow', { label: 'Then', choices: [choice('yes', 'Allow'), choice('no', 'Refuse')] }, context),
      textField(
        'class',
        { label: 'Class', unset: 'Any', pattern: { source: '0x[0-9a-fA-F]{1,2}', says: 'Like 0x08, which is storage.' } },
        context,
      ),
      textField('vendor', { label: 'Vendor', unset: 'Any', pattern: id }, context),
      textField('product', { label: 'Product', unset: 'Any', pattern: id }, context),
      textField('version', { label: 'Version', unset: 'Any', pattern: { source: '[0-9]{1,2}\\.[0-9]{1,2}', says: 'Like 2.00.' } }, context),
    ],
    ordered: true,
    add: { label: 'Add rule', row: { allow: 'yes', class: null, vendor: null, product: null, version: null } },
    max: 64,
  },
  rowsIn,
  written,
);

/** https://libvirt.org/formatdomain.html#redirected-devices */
export const redirectionFilter: DeviceKind = {
  sort: 'device',
  kind: 'redirfilter',
  group: 'host',
  title: 'USB redirection filter',
  help: 'Which USB devices of whoever looks at the guest may be redirected to it.',
  fits: isQemu,
  is: ({ name }) => name === 'redirfilter',
  identity: () => null,
  name: () => 'USB redirection filter',
  summary: ({ rules: all }) => (Array.isArray(all) && all.length === 1 ? 'one rule' : `${Array.isArray(all) ? all.length : 0} rules`),
  fields: [rules],
  addition: {
    blank: () => element('redirfilter', {}, element('usbdev', { allow: 'yes' })),
    unavailable: ({ domain }) => {
      const devices = devicesOf(domain);
      if (devices.some(({ name }) => name === 'redirfilter')) return 'The guest has one; add rules to it.';
      return devices.some(({ name }) => name === 'redirdev') ? null : 'The guest has no USB redirection that could be filtered.';
    },
    live: () => false,
  },
  removal: { live: () => false },
};
