import { choice, choiceAt, switchAt } from '../bound-fields.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import type { BoundField, LiveWay, MachinePart } from '../device-kind.ts';
import { isContainer, isQemu } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { only } from './part-fields.ts';

const EVENTS = 'When the guest …';

/** libvirt: virDomainLifecycleAction. */
const Action: Readonly<Record<string, number>> = {
  destroy: 0,
  restart: 1,
  'rename-restart': 2,
  preserve: 3,
  'coredump-destroy': 4,
  'coredump-restart': 5,
};

/** `type` from virDomainLifecycle: 0 off, 1 reboot, 2 crash. */
const setAction =
  (type: number): LiveWay =>
  async ({ host, dom }, value) => {
    const action = Action[typeof value === 'string' ? value : ''] ?? Action['destroy'] ?? 0;
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

const event = (key: string, label: string, type: number, unset: string): BoundField => ({
  ...choiceAt(key, key, { label, section: EVENTS, unset, choices: type === 2 ? crashes : ends, live: setAction(type) }),
  // virDomainSetLifecycleAction has no word for "nothing said", and libvirt's QEMU driver refuses what is neither off nor a restart.
  waits: (context, change) => {
    if (!isQemu(context)) return true;
    if (change === null) return false;
    return change.to === null || change.to === 'rename-restart' || (type !== 2 && change.to === 'preserve');
  },
});

/** https://libvirt.org/formatdomain.html#events-configuration, #power-management */
export const powerEvents: MachinePart = {
  sort: 'part',
  kind: 'power',
  group: 'machine',
  title: 'Power and events',
  help: 'What happens when the guest shuts down, restarts or crashes, and whether it may sleep.',
  fits: ({ hypervisor }) => ['kvm', 'qemu', 'xen', 'lxc', 'test'].includes(hypervisor),
  fields: [
    event('on_poweroff', '… shuts down', 0, 'It is off'),
    event('on_reboot', '… restarts', 1, 'It starts again'),
    event('on_crash', '… crashes', 2, 'It is off'),
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
  warnings: (from, to) =>
    to['on_reboot'] !== from['on_reboot'] && to['on_reboot'] === 'destroy' ? ['A restart from inside the guest switches it off.'] : [],
};
