import type { FieldProblem, FieldRow, FieldValue } from '#model/hardware-field';
import { attribute, children, element, text, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withList, withText } from '../../xml/edit.ts';
import { listOf, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { cell, only } from './part-fields.ts';

const blocksIn = (domain: XmlElement): XmlElement[] => children(domain, 'sysinfo').filter((one) => attribute(one, 'type') === 'fwcfg');

const entriesIn = (domain: XmlElement): FieldRow[] =>
  blocksIn(domain).flatMap((block) =>
    children(block, 'entry').map((entry) => ({
      name: attribute(entry, 'name'),
      value: text(entry) || null,
      file: attribute(entry, 'file'),
    })),
  );

function withEntries(domain: XmlElement, rows: readonly FieldRow[]): XmlElement {
  const [block, ...more] = blocksIn(domain);
  const before = [block, ...more].flatMap((one) => (one === undefined ? [] : children(one, 'entry')));
  const entries = rows.map((row) => {
    const old = before.find((entry) => attribute(entry, 'name') === cell(row, 'name')) ?? element('entry');
    const file = cell(row, 'file');
    return withText(withAttributes(old, { name: cell(row, 'name'), file }), file === null ? cell(row, 'value') : null);
  });
  const made = entries.length === 0 ? null : withList(block ?? element('sysinfo', { type: 'fwcfg' }), ['entry'], entries);
  const all = children(domain, 'sysinfo').flatMap((one) => (one === block ? (made ?? []) : more.includes(one) ? [] : [one]));
  return withList(domain, ['sysinfo'], block === undefined && made !== null ? [...all, made] : all);
}

/** https://libvirt.org/formatdomain.html#smbios-system-information, "fwcfg"; since libvirt 6.5. */
export const firmwareFiles: readonly BoundField[] = only(
  (context) => isQemu(context) && context.libvirt >= 6_005_000,
  listOf(
    'firmware-files',
    {
      label: 'Handed to firmware and system',
      help: 'Named texts or files that QEMU lets the guest read (fw_cfg): Ignition and systemd credentials come by them.',
      section: 'Firmware configuration',
      advanced: true,
      columns: (context) => [
        textField(
          'name',
          {
            label: 'Name',
            maxLength: 55,
            pattern: { source: 'opt/[!-~]+', says: 'Like opt/org.example/name: QEMU keeps other names for itself.' },
          },
          context,
        ),
        textField('value', { label: 'Text', unset: 'None', maxLength: 16_384 }, context),
        textField(
          'file',
          { label: 'Or a file of the host', unset: 'None', maxLength: 4096, pattern: { source: '/.+', says: 'A whole path, from /.' } },
          context,
        ),
      ],
      add: { label: 'Add an entry', row: { name: 'opt/', value: null, file: null } },
      max: 64,
    },
    entriesIn,
    withEntries,
  ),
);

/** libvirt: virSysinfoParseFWCfgDef. */
export function firmwareFileProblems(rows: FieldValue | undefined): FieldProblem[] {
  if (!Array.isArray(rows)) return [];
  return rows.flatMap(({ name, value, file }, row): FieldProblem[] => {
    const field = 'firmware-files';
    if (rows.findIndex((other) => other['name'] === name) < row)
      return [{ field, row, column: 'name', message: 'This name is in the list already.' }];
    const said = [value, file].filter((one) => typeof one === 'string' && one !== '').length;
    return said === 1 ? [] : [{ field, row, column: 'value', message: 'Give it either a text or a file.' }];
  });
}
