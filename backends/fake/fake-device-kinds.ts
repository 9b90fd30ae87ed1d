import { GiB, MiB } from '#model/quantity';
import { choice, chosen, number, secret, size, text, toggle } from './fake-fields.ts';
import type { FakeKind } from './fake-kind.ts';
import { fakeMachineParts } from './fake-machine-parts.ts';
import { fakeMediatedDevice } from './fake-mediated-device.ts';
import { fakePciDevice } from './fake-pci-device.ts';

const device = { removable: true, addable: true, single: false, live: true } as const;

/** The sorts of devices of a fake host, with fields of every sort. */
export const fakeDeviceKinds: readonly FakeKind[] = [
  {
    ...device,
    kind: 'disk',
    group: 'storage',
    title: 'Disk',
    help: 'What the guest keeps its files on.',
    blank: { source: null, bus: 'virtio', cache: null, readonly: false, serial: null, writes: null },
    summary: ['bus', 'source'],
    fields: [
      text('source', 'Volume or file', { picks: 'disk', unset: 'None', help: 'Where the host stores what the guest writes.' }),
      chosen('bus', 'Bus', [
        choice('virtio', 'virtio', 'Fastest; Windows needs a driver.'),
        choice('sata', 'SATA', 'Every system has a driver.'),
        choice('ide', 'IDE', null, 'This chipset has none.'),
      ]),
      toggle('readonly', 'Read-only'),
      chosen(
        'cache',
        'Cache',
        [choice('none', 'none', 'Past the host’s memory.'), choice('writeback', 'writeback', 'Through the host’s memory.')],
        { section: 'Speed', unset: 'As the hypervisor likes', help: 'Whether the host’s memory helps with reading and writing.' },
      ),
      number(
        'writes',
        'Writes at most',
        { min: 1, max: 1_000_000 },
        { section: 'Speed', advanced: true, live: true, unset: 'No limit', unit: 'IO/s' },
      ),
      text('serial', 'Serial number', {
        advanced: true,
        unset: 'None',
        maxLength: 20,
        pattern: { source: '[A-Za-z0-9_-]+', says: 'Letters, digits, “_” and “-”.' },
      }),
    ],
  },
  {
    ...device,
    kind: 'cdrom',
    group: 'storage',
    title: 'CD-ROM drive',
    help: null,
    blank: { source: null, bus: 'sata' },
    live: false,
    summary: ['source'],
    fields: [
      text('source', 'Disc', { picks: 'disc', unset: 'Empty', live: true }),
      chosen('bus', 'Bus', [choice('sata', 'SATA'), choice('usb', 'USB')]),
    ],
  },
  {
    ...device,
    kind: 'interface',
    group: 'network',
    title: 'Network card',
    help: 'Connects the guest to a network of the host.',
    blank: { network: 'default', model: 'virtio', mac: '52:54:00:12:34:56', up: true },
    summary: ['network', 'mac'],
    fields: [
      chosen('network', 'Network', [choice('default', 'default'), choice('lab', 'lab'), choice('office', 'office')], { live: true }),
      chosen('model', 'Model', [choice('virtio', 'virtio', 'Fastest.'), choice('e1000e', 'e1000e', 'Every system has a driver.')]),
      text('mac', 'MAC address', {
        pattern: { source: '[0-9a-f]{2}(:[0-9a-f]{2}){5}', says: 'Six pairs of hexadecimal digits, like 52:54:00:12:34:56.' },
      }),
      toggle('up', 'Cable plugged in', { live: true }),
    ],
  },
  {
    ...device,
    kind: 'graphics',
    group: 'display',
    title: 'Display',
    help: 'How the guest’s screen is shown.',
    blank: { type: 'vnc', password: null },
    live: false,
    single: true,
    summary: ['type'],
    fields: [
      chosen('type', 'Protocol', [choice('vnc', 'VNC'), choice('spice', 'SPICE')]),
      secret('password', 'Password', 8, { live: true, unset: 'None' }),
    ],
  },
  {
    ...device,
    kind: 'watchdog',
    group: 'other',
    title: 'Watchdog',
    help: 'When the guest hangs, the host does what is chosen here.',
    blank: { model: 'i6300esb', action: 'reset' },
    single: true,
    summary: ['model', 'action'],
    fields: [
      chosen('model', 'Model', [choice('i6300esb', 'i6300ESB (PCI)'), choice('ib700', 'iB700 (ISA)')]),
      chosen('action', 'When the guest hangs', [
        choice('reset', 'Reset it', 'As the reset button does.'),
        choice('poweroff', 'Switch it off'),
        choice('pause', 'Pause it', 'So that somebody can look at it.'),
        choice('none', 'Do nothing'),
      ]),
    ],
  },
  {
    ...device,
    kind: 'memory-device',
    group: 'machine',
    title: 'Memory module',
    help: 'More memory, plugged in while the guest runs.',
    blank: { size: 512 * MiB },
    summary: ['size'],
    fields: [size('size', 'Size', { min: 128 * MiB, max: 64 * GiB })],
  },
  fakePciDevice,
  fakeMediatedDevice,
];

export const fakeKinds: readonly FakeKind[] = [...fakeMachineParts, ...fakeDeviceKinds];
