import type { DeviceAction, HardwarePlan } from '#model/hardware';
import type { FieldValues } from '#model/hardware-field';
import { GiB } from '#model/quantity';
import { size, toggle } from './fake-fields.ts';
import type { HostAction } from './fake-kind.ts';
import type { FakeDevice, FakeMachine } from './fake-machine.ts';

/** What can be done with a device beside changing its fields. */
export function fakeActions(machine: FakeMachine, device: FakeDevice): DeviceAction[] {
  const { kind, next, running } = device;
  const { alive } = machine;
  if (kind?.host !== undefined) {
    return kind.host.actions.flatMap(({ key, label, help, danger, offer }) => {
      const offered = offer({ device, seen: machine.seen, alive });
      return offered === null ? [] : [{ key, label, help, danger, fields: [], values: {}, ...offered }];
    });
  }
  const source = (next ?? running)?.['source'] ?? null;
  if (kind?.kind === 'disk') {
    return [
      {
        key: 'resize',
        label: 'Resize',
        help: 'Only to more: a disk that shrinks loses what is at its end.',
        fields: [size('size', 'New size', { min: GiB, max: 1024 * GiB })],
        values: { size: 20 * GiB },
        unavailable: source === null ? 'It has no volume.' : null,
        danger: false,
      },
    ];
  }
  if (kind?.kind !== 'cdrom') return [];
  const force = toggle('force', 'Also when the guest has locked the tray', { help: 'What the guest reads from the disc fails then.' });
  return [
    {
      key: 'eject',
      label: 'Eject',
      help: null,
      fields: alive ? [force] : [],
      values: alive ? { force: false } : {},
      unavailable: source === null ? 'The drive is empty.' : null,
      danger: false,
    },
  ];
}

export const hostActionOf = ({ kind }: FakeDevice, action: string): HostAction | undefined =>
  kind?.host?.actions.find(({ key }) => key === action);

/** `gives`: the values of such devices that it adds. */
export function planFakeAction(
  machine: FakeMachine,
  device: FakeDevice,
  action: string,
  values: FieldValues,
): Partial<HardwarePlan> & { readonly gives?: readonly FieldValues[] } {
  const ofHost = hostActionOf(device, action);
  if (ofHost !== undefined) return ofHost.plan({ device, seen: machine.seen, alive: machine.alive });
  const { title } = device;
  if (action === 'eject') return { differences: [{ what: title, from: 'a disc', to: 'Empty', effect: 'now' }] };
  const to = `${Number(values['size']) / GiB} GiB`;
  return {
    differences: [{ what: title, from: '20 GiB', to, effect: 'now' }],
    warnings: ['The guest sees a larger disk; its file system has to be grown there.'],
  };
}

export function runFakeAction(device: FakeDevice, action: string): void {
  if (action !== 'eject') return;
  if (device.next !== null) device.next = { ...device.next, source: null };
  if (device.running !== null) device.running = { ...device.running, source: null };
}
