import type { FieldRow } from '#model/hardware-field';
import { attribute, child, children, element, text, type XmlElement } from '../../xml/document.ts';
import { withAttributesAt, withList, withText } from '../../xml/edit.ts';
import { choice, choiceAt, choiceField, listOf, textField } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { isQemu, isX86 } from '../hardware-context.ts';
import { firmwareFileProblems, firmwareFiles } from './firmware-files.ts';
import { generationId } from './generation-id.ts';
import { cell, differs, faithful } from './part-fields.ts';

const names = ['vendor', 'version', 'date', 'release', 'manufacturer', 'product', 'serial', 'uuid', 'sku', 'family', 'asset', 'location'];
const blocks = [
  choice('bios', 'BIOS'),
  choice('system', 'System'),
  choice('baseBoard', 'Board'),
  choice('chassis', 'Chassis'),
  choice('oemStrings', 'OEM text'),
];

const smbiosIn = (domain: XmlElement): XmlElement | null =>
  children(domain, 'sysinfo').find((one) => (attribute(one, 'type') ?? 'smbios') === 'smbios') ?? null;

const entriesIn = (domain: XmlElement): FieldRow[] =>
  blocks.flatMap(({ value }) =>
    children(smbiosIn(domain), String(value)).flatMap((block) =>
      children(block, 'entry').map((entry) => ({ block: value, name: attribute(entry, 'name'), value: text(entry) })),
    ),
  );

function withEntries(domain: XmlElement, rows: readonly FieldRow[]): XmlElement {
  const old = smbiosIn(domain);
  const made = blocks.reduce(
    (info, { value: block }) => {
      const before = children(info, String(block));
      const entries = rows
        .filter((row) => row['block'] === block)
        .map((row) => withText(element('entry', block === 'oemStrings' ? {} : { name: cell(row, 'name') }), cell(row, 'value')));
      const fresh = entries.length === 0 ? [] : [withList(before[0] ?? element(String(block)), ['entry'], entries)];
      return withList(info, [String(block)], fresh);
    },
    old ?? element('sysinfo', { type: 'smbios' }),
  );
  const others = children(domain, 'sysinfo').filter((one) => one !== old);
  const listed = withList(
    domain,
    ['sysinfo'],
    children(made).length === 0
      ? others
      : old === null
        ? [...others, made]
        : children(domain, 'sysinfo').map((one) => (one === old ? made : one)),
  );
  // The entries are shown to the guest in this mode only.
  const mode = attribute(child(child(domain, 'os'), 'smbios'), 'mode');
  return rows.length > 0 && mode === null ? withAttributesAt(listed, ['os', 'smbios'], { mode: 'sysinfo' }) : listed;
}

/** https://libvirt.org/formatdomain.html#smbios-system-information */
export const systemInformation: MachinePart = {
  sort: 'part',
  kind: 'system-information',
  group: 'machine',
  title: 'System information',
  help: 'What the guest reads as its maker, model and serial numbers (SMBIOS). Some licences and inventories look at it.',
  fits: (context) => isQemu(context) && (isX86(context) || context.arch === 'aarch64'),
  fields: [
    choiceAt('mode', 'os/smbios/@mode', {
      label: 'Taken from',
      unset: 'The hypervisor',
      choices: [
        choice('emulate', 'The hypervisor'),
        choice('host', 'The host', 'As the host’s own maker and model. Not its serial number.'),
        choice('sysinfo', 'What is said below'),
      ],
    }),
    faithful(
      listOf(
        'entries',
        {
          label: 'Entries',
          columns: (context) => [
            choiceField('block', { label: 'Of', choices: blocks }, context),
            textField(
              'name',
              {
                label: 'Name',
                unset: '—',
                maxLength: 64,
                pattern: { source: '[A-Za-z0-9._-]+', says: 'A name, like serial.' },
                suggestions: names.map((name) => choice(name, name)),
              },
              context,
            ),
            textField('value', { label: 'Value', maxLength: 1024 }, context),
          ],
          add: { label: 'Add an entry', row: { block: 'system', name: 'serial', value: '' } },
          max: 128,
        },
        entriesIn,
        withEntries,
      ),
    ),
    ...generationId,
    ...firmwareFiles,
  ],
  summary: ({ mode, entries }) => {
    if (mode === 'host') return 'As the host’s';
    return mode === 'sysinfo' && Array.isArray(entries) ? `${entries.length} own entries` : 'The hypervisor’s';
  },
  problems: ({ entries, 'firmware-files': files }) => [
    ...firmwareFileProblems(files),
    ...(Array.isArray(entries)
      ? entries.flatMap((row, index) =>
          row['block'] !== 'oemStrings' && typeof row['name'] !== 'string'
            ? [{ field: 'entries', row: index, column: 'name', message: 'Name the entry.' }]
            : [],
        )
      : []),
  ],
  warnings: (from, to) =>
    differs(from, to, 'mode') || differs(from, to, 'entries')
      ? ['Licences that are bound to the machine may have to be activated again.']
      : [],
};
