import type { FieldRow } from '#model/hardware-field';
import { attribute, children, type XmlElement } from '../../xml/document.ts';
import { listOf, textField } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { emulatorWorkarounds } from './emulator-workarounds.ts';
import { inside, ownChild, qemuVocabulary as qemu, withOwnList } from './own-vocabulary.ts';
import { cell, differs, only } from './part-fields.ts';

const lineIn = (domain: XmlElement) => ownChild(domain, qemu, 'commandline');
const withLine = (domain: XmlElement, name: 'arg' | 'env', rows: readonly Readonly<Record<string, string | null>>[]): XmlElement =>
  withOwnList(domain, qemu, ['commandline', name], rows);

const argumentsIn = (domain: XmlElement): FieldRow[] =>
  children(lineIn(domain), inside(qemu, 'arg')).map((one) => ({ value: attribute(one, 'value') }));
const environmentIn = (domain: XmlElement): FieldRow[] =>
  children(lineIn(domain), inside(qemu, 'env')).map((one) => ({ name: attribute(one, 'name'), value: attribute(one, 'value') }));

/** https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands */
export const emulatorArguments: MachinePart = {
  sort: 'part',
  kind: 'emulator-arguments',
  group: 'machine',
  title: 'QEMU’s command line',
  help: 'Arguments that are given to QEMU as they are, past libvirt. For what there is no other way to.',
  fits: isQemu,
  fields: [
    ...only(
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
    ...emulatorWorkarounds,
  ],
  summary: ({ arguments: words, environment, capabilities, overrides }) => {
    const count = [words, environment, capabilities, overrides].reduce(
      (sum: number, list) => sum + (Array.isArray(list) ? list.length : 0),
      0,
    );
    return count === 0 ? 'Nothing added' : `${count} added`;
  },
  warnings: (from, to) =>
    ['arguments', 'environment', 'capabilities', 'overrides', 'deprecation'].every((key) => !differs(from, to, key))
      ? []
      : [
          'libvirt does not look at what is added here: the guest may not start, and what QEMU is given may reach whatever QEMU may on the host.',
          'libvirt marks such a guest as changed by hand (“tainted”), and vendors may not support it.',
        ],
};
