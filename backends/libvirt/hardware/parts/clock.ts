import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withAttributesAt, withChild, withList } from '../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, listOf, numberAt, type Saying, textAt } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { isQemu, isXen, type HardwareContext } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { windowsIn } from './operating-system.ts';
import { cell, faithful, numberField, numberOf, only } from './part-fields.ts';

const timers = [
  choice('rtc', 'RTC', 'The clock that runs on while a computer is off.'),
  choice('pit', 'PIT', 'The oldest timer of PCs.'),
  choice('hpet', 'HPET', 'Exact, and costly to emulate.'),
  choice('tsc', 'TSC', 'The processor’s own counter.'),
  choice('kvmclock', 'KVM clock', 'For Linux under KVM.'),
  choice('hypervclock', 'Hyper-V clock', 'For Windows under KVM.'),
  choice('platform', 'Platform'),
  choice('armvtimer', 'ARM virtual timer'),
];
const policies = [
  choice('delay', 'Late ones come late', 'The guest’s time falls behind, and is not caught up.'),
  choice('catchup', 'Caught up', 'They come faster until the guest’s time is right again.'),
  choice('merge', 'Merged into one'),
  choice('discard', 'Dropped'),
];
const yesOrNo = [choice('yes', 'Yes'), choice('no', 'No')];

const offset: Saying = { label: 'Clock', help: 'Windows takes it for local time, most others for UTC.' };
const offsets = [
  choice('utc', 'UTC'),
  choice('localtime', 'The host’s local time'),
  choice('timezone', 'A time zone’s'),
  choice('variable', 'Away from UTC or local time', 'And kept so far away as the guest sets it.'),
  choice('absolute', 'A fixed moment at each start'),
];
/** What goes with which: libvirt's schema refuses the others. */
const details = ['adjustment', 'timezone', 'basis', 'start'] as const;
const detailsOf = new Map<string, readonly string[]>([
  ['utc', ['adjustment']],
  ['localtime', ['adjustment']],
  ['timezone', ['timezone']],
  ['variable', ['adjustment', 'basis']],
  ['absolute', ['start']],
]);

function withOffset(domain: XmlElement, to: string): XmlElement {
  const strange = details.filter((name) => detailsOf.get(to)?.includes(name) !== true);
  return withAttributesAt(domain, ['clock'], { offset: to, ...Object.fromEntries(strange.map((name) => [name, null])) });
}

const rates = [
  ['threshold', 'From so many behind'],
  ['slew', 'At most a second'],
  ['limit', 'Never more behind'],
] as const;

/** libvirt's schema, "timer"; of timers that catch up alone. */
const catchingUp = listOf(
  'catch-up',
  {
    label: 'How ticks are caught up',
    help: 'By timers whose missed ticks are caught up: from how many on, how fast, and when no more.',
    section: 'Timers',
    advanced: true,
    columns: (context) => [
      choiceField('name', { label: 'Timer', choices: timers }, context),
      ...rates.map(([key, label]) => numberField(key, { label, unset: '—', min: 1, max: 2 ** 31 }, context)),
    ],
    add: { label: 'Say it of a timer', row: { name: 'rtc', threshold: 123, slew: 120, limit: 10_000 } },
    max: 16,
  },
  (domain) =>
    children(child(domain, 'clock'), 'timer').flatMap((timer) => {
      const found = child(timer, 'catchup');
      if (found === null) return [];
      return [{ name: attribute(timer, 'name'), ...Object.fromEntries(rates.map(([key]) => [key, numberOf(found, key)])) }];
    }),
  (domain, rows) =>
    withChild(domain, 'clock', (clockElement) => {
      if (clockElement === null) return null;
      const all = children(clockElement, 'timer').map((timer) => {
        const row = rows.find(({ name }) => name === attribute(timer, 'name'));
        return withAttributesAt(
          timer,
          ['catchup'],
          Object.fromEntries(rates.map(([key]) => [key, row === undefined ? null : cell(row, key)])),
        );
      });
      return withList(clockElement, ['timer'], all);
    }),
);

/** https://libvirt.org/formatdomain.html#time-keeping */
export const clock: MachinePart = {
  sort: 'part',
  kind: 'clock',
  group: 'machine',
  title: 'Clock',
  help: 'What time the guest’s clock shows when it starts, and by which timers its system keeps the time.',
  fits: ({ hypervisor }) => ['kvm', 'qemu', 'xen', 'lxc', 'test'].includes(hypervisor),
  fields: [
    customField((context) => choiceField('offset', { ...offset, choices: offsets }, context), {
      read: (domain) => attribute(child(domain, 'clock'), 'offset'),
      write: (domain, value) => withOffset(domain, typeof value === 'string' ? value : 'utc'),
    }),
    textAt('timezone', 'clock/@timezone', {
      label: 'Time zone',
      help: 'Like Europe/Berlin.',
      when: [{ field: 'offset', is: ['timezone'] }],
      unset: 'Not said',
      maxLength: 128,
    }),
    textAt('adjustment', 'clock/@adjustment', {
      label: 'Away by',
      help: 'In seconds, also negative; “reset” for the clocks that follow what is set here at each start.',
      when: [{ field: 'offset', is: ['utc', 'localtime', 'variable'] }],
      advanced: true,
      unset: 'Not at all',
      pattern: { source: String.raw`-?\d{1,12}|reset`, says: 'A number of seconds, or “reset”.' },
    }),
    choiceAt('basis', 'clock/@basis', {
      label: 'From',
      when: [{ field: 'offset', is: ['variable'] }],
      unset: 'UTC',
      choices: [choice('utc', 'UTC'), choice('localtime', 'The host’s local time')],
    }),
    numberAt('start', 'clock/@start', {
      label: 'Moment',
      help: 'In seconds since 1970.',
      when: [{ field: 'offset', is: ['absolute'] }],
      unset: 'Not said',
      min: 0,
      max: 253_402_300_799,
      unit: 's',
    }),
    ...only(
      (context) => isQemu(context) || isXen(context),
      listOf(
        'timers',
        {
          label: 'Timers',
          section: 'Timers',
          help: 'How each one does when the host could not serve it in time.',
          columns: (context) => [
            choiceField('name', { label: 'Timer', choices: timers }, context),
            choiceField('present', { label: 'There', unset: 'As the hypervisor likes', choices: yesOrNo }, context),
            choiceField('tickpolicy', { label: 'Missed ticks', unset: 'As the hypervisor likes', choices: policies }, context),
            choiceField(
              'track',
              { label: 'Follows', unset: '—', choices: ['boot', 'guest', 'wall', 'realtime'].map((one) => choice(one, one)) },
              context,
            ),
            choiceField(
              'mode',
              { label: 'Mode', unset: '—', choices: ['auto', 'native', 'emulate', 'paravirt', 'smpsafe'].map((one) => choice(one, one)) },
              context,
            ),
            numberField('frequency', { label: 'Hz', unset: '—', min: 1, max: 1e12 }, context),
          ],
          add: {
            label: 'Add a timer',
            row: { name: 'rtc', present: null, tickpolicy: null, track: null, mode: null, frequency: null },
          },
          max: 16,
        },
        (domain) =>
          children(child(domain, 'clock'), 'timer').map((timer) => ({
            name: attribute(timer, 'name'),
            present: attribute(timer, 'present'),
            tickpolicy: attribute(timer, 'tickpolicy'),
            track: attribute(timer, 'track'),
            mode: attribute(timer, 'mode'),
            frequency: numberOf(timer, 'frequency'),
          })),
        (domain, rows) =>
          withChild(domain, 'clock', (old) => {
            if (old === null && rows.length === 0) return null;
            const before = children(old, 'timer');
            const fresh = rows.map((row) => {
              const timer = before.find((one) => attribute(one, 'name') === row['name']) ?? element('timer');
              const attributes = ['name', 'present', 'tickpolicy', 'track', 'mode', 'frequency'];
              const made = withAttributes(timer, Object.fromEntries(attributes.map((name) => [name, cell(row, name)])));
              // How it catches up goes with its doing so.
              return row['tickpolicy'] === 'catchup' ? made : withChild(made, 'catchup', () => null);
            });
            return withList(old ?? element('clock', { offset: 'utc' }), ['timer'], fresh);
          }),
      ),
    ),
    ...only((context) => isQemu(context), catchingUp),
  ].map(faithful),
  summary: ({ offset: kind, timezone }) => summaryWords(kind === 'timezone' ? timezone : (kind ?? 'utc')),
  problems,
  warnings: (from, to, { domain }: HardwareContext) =>
    to['offset'] !== from['offset'] && to['offset'] === 'utc' && windowsIn(domain)
      ? ['Windows takes the clock for local time: it will be wrong by the hours between that and UTC.']
      : [],
};

function problems({ offset: kind, timezone, start, timers: rows, 'catch-up': catches }: FieldValues): FieldProblem[] {
  const found: FieldProblem[] = [];
  if (Array.isArray(catches) && Array.isArray(rows)) {
    const idle = catches.findIndex((row) => rows.every(({ name, tickpolicy }) => name !== row['name'] || tickpolicy !== 'catchup'));
    if (idle >= 0) found.push({ field: 'catch-up', row: idle, column: 'name', message: 'No such timer catches up: say so above.' });
  }
  if (kind === 'timezone' && typeof timezone !== 'string') found.push({ field: 'timezone', message: 'Say which time zone.' });
  if (kind === 'absolute' && typeof start !== 'number') found.push({ field: 'start', message: 'Say which moment.' });
  if (!Array.isArray(rows)) return found;
  const names = rows.map(({ name }) => name);
  const again = names.findIndex((name, index) => names.indexOf(name) < index);
  return again < 0 ? found : [...found, { field: 'timers', row: again, column: 'name', message: 'This timer is in the list already.' }];
}
