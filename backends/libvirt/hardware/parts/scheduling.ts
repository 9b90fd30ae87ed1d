import type { FieldProblem, FieldRow, FieldValue } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes } from '../../xml/edit.ts';
import { choice, choiceField, listOf, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { withElements } from './element-rows.ts';
import { cell, numberField, numberOf, numberSet, only } from './part-fields.ts';

/** Which threads, the element that says it, and the attribute that names them. */
const sorts = [
  { of: 'vcpu', name: 'vcpusched', set: 'vcpus', label: 'Processors of the guest' },
  { of: 'iothread', name: 'iothreadsched', set: 'iothreads', label: 'I/O threads' },
  { of: 'emulator', name: 'emulatorsched', set: null, label: 'The emulator' },
] as const;

const schedulers = [
  choice('fifo', 'In real time, until it waits (FIFO)', 'It is stopped for nothing but what is more urgent.'),
  choice('rr', 'In real time, by turns (round robin)', 'With others that are as urgent.'),
  choice('batch', 'As batch work', 'In longer pieces, and after what people wait for.'),
  choice('idle', 'When nothing else runs'),
];
const urgent = ['fifo', 'rr'];

const rowsIn = (domain: XmlElement): FieldRow[] =>
  sorts.flatMap(({ of, name, set }) =>
    children(child(domain, 'cputune'), name).map((one) => ({
      of,
      set: set === null ? null : attribute(one, set),
      scheduler: attribute(one, 'scheduler'),
      priority: numberOf(one, 'priority'),
    })),
  );

const withRows = (domain: XmlElement, rows: readonly FieldRow[]): XmlElement =>
  sorts.reduce(
    (made, { of, name, set }) =>
      withElements(made, ['cputune'], name, (before) =>
        rows
          .filter((row) => row['of'] === of)
          .map((row, index) =>
            withAttributes(before[index] ?? element(name), {
              ...(set === null ? {} : { [set]: cell(row, 'set') }),
              scheduler: cell(row, 'scheduler'),
              priority: urgent.includes(cell(row, 'scheduler') ?? '') ? cell(row, 'priority') : null,
            }),
          ),
      ),
    domain,
  );

/** https://libvirt.org/formatdomain.html#cpu-tuning; libvirt has no call that changes it while a guest runs. */
export const scheduling: readonly BoundField[] = only(
  isQemu,
  listOf(
    'schedulers',
    {
      label: 'Kernel’s scheduling',
      help: 'How the host’s kernel lets a guest’s threads run. Real time is for guests with processors of their own: a busy one can starve the host.',
      section: 'Scheduling',
      advanced: true,
      columns: (context) => [
        choiceField('of', { label: 'Which threads', choices: sorts.map(({ of, label }) => choice(of, label)) }, context),
        textField(
          'set',
          {
            label: 'Numbers',
            unset: 'None said',
            maxLength: 256,
            pattern: numberSet,
            when: [{ field: 'of', is: ['vcpu', 'iothread'] }],
          },
          context,
        ),
        choiceField('scheduler', { label: 'Runs', choices: schedulers }, context),
        numberField('priority', { label: 'Priority', unset: '—', min: 1, max: 99, when: [{ field: 'scheduler', is: urgent }] }, context),
      ],
      add: { label: 'Add a rule', row: { of: 'vcpu', set: '0', scheduler: 'fifo', priority: 1 } },
      max: 256,
    },
    rowsIn,
    withRows,
  ),
);

/** libvirt: virDomainThreadSchedParseHelper, virDomainEmulatorSchedParse. */
export function schedulingProblems(rows: FieldValue | undefined): FieldProblem[] {
  if (!Array.isArray(rows)) return [];
  return rows.flatMap(({ of, set, scheduler, priority }, row): FieldProblem[] => {
    const at = (column: string, message: string) => [{ field: 'schedulers', row, column, message }];
    if (of !== 'emulator' && typeof set !== 'string') return at('set', 'Say which of them.');
    if (of === 'emulator' && rows.findIndex((other) => other.of === 'emulator') < row) return at('of', 'The emulator has one rule.');
    return typeof scheduler === 'string' && urgent.includes(scheduler) && typeof priority !== 'number'
      ? at('priority', 'Real time needs a priority, from 1 to 99.')
      : [];
  });
}
