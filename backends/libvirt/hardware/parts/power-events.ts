import { choice, choiceAt, switchAt } from '../bound-fields.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import type { BoundField, LiveWay, MachinePart } from '../device-kind.ts';
import { isContainer, isQemu, type HardwareContext } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { only } from './part-fields.ts';

const EVENTS = 'When the guest …';

/** libvirt: virDomainLifecycleAction. */
const Action: ReadonlyMap<string, number> = new Map(
  Object.entries({
    destroy: 0,
    restart: 1,
    'rename-restart': 2,
    preserve: 3,
    'coredump-destroy': 4,
    'coredump-restart': 5,
  }),
);

/** `type` from virDomainLifecycle: 0 off, 1 reboot, 2 crash. */
const setAction =
  (type: number): LiveWay =>
  async ({ host, dom }, value) => {
    const action = Action.get(typeof value === 'string' ? value : '') ?? Action.get('destroy') ?? 0;
    await host.job(remote.domainSetLifecycleAction, { dom, type, action, flags: Affect.live });
  };

const ends = [
  choice('destroy', 'It is off'),
  choice('restart', 'It starts again'),
  choice('preserve', 'It is kept as it is, to be looked at'),
  choice('rename-restart', 'It starts again under another name'),
];
const crashes = [
  ...ends,
  choice('coredump-destroy', 'Its memory is written to a file, and it is off'),
  choice('coredump-restart', 'Its memory is written to a file, and it starts again'),
];

/** libvirt: qemuValidateLifecycleAction. */
const refusedByQemu = (type: number, action: unknown): boolean => action === 'rename-restart' || (type !== 2 && action === 'preserve');

function event(key: string, label: string, type: number): BoundField {
  const choices = (context: HardwareContext) =>
    (type === 2 ? crashes : ends).map((one) =>
      isQemu(context) && refusedByQemu(type, one.value) ? { ...one, unavailable: 'QEMU cannot do this.' } : one,
    );
  return {
    ...choiceAt(key, key, { label, section: EVENTS, choices, live: setAction(type) }),
    waits: (context, change) => !isQemu(context) || (change !== null && change.to === null),
  };
}

/** https://libvirt.org/formatdomain.html#events-configuration, #power-management */
export const powerEvents: MachinePart = {
  sort: 'part',
  kind: 'power',
  group: 'machine',
  title: 'Power and events',
  help: 'What happens when the guest shuts down, restarts or crashes, and whether it may sleep.',
  fits: ({ hypervisor }) => ['kvm', 'qemu', 'xen', 'lxc', 'test'].includes(hypervisor),
  fields: [
    event('on_poweroff', '… shuts down', 0),
    event('on_reboot', '… restarts', 1),
    event('on_crash', '… crashes', 2),
    ...only(
      (context) => !isContainer(context),
      choiceAt('on_lockfailure', 'on_lockfailure', {
        label: '… loses the lock of a disk',
        help: 'With a lock manager only.',
        section: EVENTS,
        advanced: true,
        unset: 'As the lock manager likes',
        choices: [
          choice('poweroff', 'It is off'),
          choice('restart', 'It starts again'),
          choice('pause', 'It is paused'),
          choice('ignore', 'It goes on as if nothing were'),
        ],
      }),
    ),
    ...only(
      isQemu,
      switchAt('sleep-to-memory', 'pm/suspend-to-mem/@enabled', { label: 'May sleep', section: 'Sleep', unset: 'As the firmware likes' }),
      switchAt('sleep-to-disk', 'pm/suspend-to-disk/@enabled', {
        label: 'May hibernate',
        section: 'Sleep',
        unset: 'As the firmware likes',
      }),
    ),
  ],
  summary: ({ on_poweroff: off, on_reboot: again, on_crash: crash }) => summaryWords(off, again, crash),
  // libvirt: qemuValidateLifecycleAction.
  problems: ({ on_poweroff: off, on_reboot: again }, context) =>
    isQemu(context) && off === 'restart' && again === 'destroy'
      ? [{ field: 'on_poweroff', message: 'QEMU cannot start it again when it shuts down, and switch it off when it restarts.' }]
      : [],
  warnings: (from, to) =>
    to['on_reboot'] !== from['on_reboot'] && to['on_reboot'] === 'destroy' ? ['A restart from inside the guest switches it off.'] : [],
};
