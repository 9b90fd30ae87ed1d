import type { FieldRow } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../xml/edit.ts';
import { listOf, textField } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { cell, differs, only } from './part-fields.ts';

const NAMESPACE = 'http://libvirt.org/schemas/domain/qemu/1.0';
const inside = (name: string) => `{${NAMESPACE}}${name}`;
const lineIn = (domain: XmlElement) => child(domain, inside('commandline'));

/** The prefix that the document has for QEMU's own, or the usual one. */
function prefixOf(domain: XmlElement): string {
  const declared = [...domain.attributes].find(([name, value]) => name.startsWith('xmlns:') && value === NAMESPACE);
  const used = lineIn(domain)?.name.split(':');
  return declared?.[0].slice('xmlns:'.length) ?? (used?.length === 2 ? used[0] : undefined) ?? 'qemu';
}

function withLine(domain: XmlElement, name: 'arg' | 'env', rows: readonly Readonly<Record<string, string | null>>[]): XmlElement {
  const prefix = prefixOf(domain);
  const made = (local: string, attributes: Readonly<Record<string, string | null>> = {}): XmlElement => ({
    ...element(`${prefix}:${local}`, attributes),
    namespace: NAMESPACE,
  });
  const fresh = rows.map((row) => made(name, row));
  const next = withChild(domain, inside('commandline'), (old) => {
    const line = withList(old ?? made('commandline'), [inside(name)], fresh);
    return children(line).length === 0 ? null : line;
  });
  const declares = [...domain.attributes.values()].includes(NAMESPACE) || lineIn(domain)?.attributes.has(`xmlns:${prefix}`) === true;
  return declares || lineIn(next) === null ? next : withAttributes(next, { [`xmlns:${prefix}`]: NAMESPACE });
}

const argumentsIn = (domain: XmlElement): FieldRow[] =>
  children(lineIn(domain), inside('arg')).map((one) => ({ value: attribute(one, 'value') }));
const environmentIn = (domain: XmlElement): FieldRow[] =>
  children(lineIn(domain), inside('env')).map((one) => ({ name: attribute(one, 'name'), value: attribute(one, 'value') }));

/** https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands */
export const emulatorArguments: MachinePart = {
  sort: 'part',
  kind: 'emulator-arguments',
  group: 'machine',
  title: 'QEMU’s command line',
  help: 'Arguments that are given to QEMU as they are, past libvirt. For what there is no other way to.',
  fits: isQemu,
  fields: only(
    isQemu,
    listOf(
      'arguments',
      {
        label: 'Arguments',
        help: 'Each word is one: “-device” is one, and what follows it another.',
        ordered: true,
        columns: (context) => [textField('value', { label: 'Argument', maxLength: 4096 }, context)],
        add: { label: 'Add an argument', row: { value: '' } },
        max: 256,
      },
      argumentsIn,
      (domain, rows) =>
        withLine(
          domain,
          'arg',
          rows.map((row) => ({ value: cell(row, 'value') ?? '' })),
        ),
    ),
    listOf(
      'environment',
      {
        label: 'Environment',
        columns: (context) => [
          textField(
            'name',
            { label: 'Variable', maxLength: 256, pattern: { source: '[A-Za-z_][A-Za-z0-9_]*', says: 'A name, like PATH.' } },
            context,
          ),
          textField('value', { label: 'Value', unset: 'Empty', maxLength: 4096 }, context),
        ],
        add: { label: 'Add a variable', row: { name: '', value: '' } },
        max: 256,
      },
      environmentIn,
      (domain, rows) =>
        withLine(
          domain,
          'env',
          rows.map((row) => ({ name: cell(row, 'name') ?? '', value: cell(row, 'value') })),
        ),
    ),
  ),
  summary: ({ arguments: words, environment }) => {
    const count = (Array.isArray(words) ? words.length : 0) + (Array.isArray(environment) ? environment.length : 0);
    return count === 0 ? 'Nothing added' : `${count} added`;
  },
  warnings: (from, to) =>
    !differs(from, to, 'arguments') && !differs(from, to, 'environment')
      ? []
      : [
          'libvirt does not look at what is added here: the guest may not start, and what QEMU is given may reach whatever QEMU may on the host.',
          'libvirt marks such a guest as changed by hand (“tainted”), and vendors may not support it.',
        ],
};
