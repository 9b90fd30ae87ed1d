import type { HostObject, ObjectKind } from '#model/inventory';

type Kind = Exclude<ObjectKind, 'pools' | 'networks'>;

const object = (id: string, name: string, detail: string, more: Partial<HostObject> = {}): HostObject => ({
  id,
  name,
  active: null,
  persistent: null,
  autostart: null,
  parent: null,
  detail,
  ...more,
});
const device = (name: string, parent: string | null, detail: string) =>
  object(name, name, detail, { active: true, persistent: false, parent });

/** What a developer's machine has besides guests, pools and networks. */
export const seedObjects = (): Map<Kind, HostObject[]> =>
  new Map<Kind, HostObject[]>([
    [
      'interfaces',
      [
        object('lo', 'lo', '00:00:00:00:00:00', { active: true }),
        object('enp1s0', 'enp1s0', '52:54:00:00:00:01', { active: true }),
        object('enp2s0', 'enp2s0', '52:54:00:00:00:02', { active: false }),
      ],
    ],
    [
      'devices',
      [
        device('computer', null, 'the computer itself'),
        device('pci_0000_00_02_0', 'computer', 'PCI, Intel UHD Graphics 770'),
        device('pci_0000_01_00_0', 'computer', 'PCI, Intel Ethernet Controller I225-V'),
        device('net_enp1s0_52_54_00_00_00_01', 'pci_0000_01_00_0', 'network, enp1s0'),
        device('usb_1_4', 'computer', 'USB, Yubico YubiKey'),
      ],
    ],
    ['secrets', [object('aaaa0000-feed-4bed-8000-000000000001', '/srv/secret.qcow2', 'volume', { persistent: true })]],
    [
      'filters',
      [
        object('bbbb0000-feed-4bed-8000-000000000001', 'clean-traffic', ''),
        object('bbbb0000-feed-4bed-8000-000000000002', 'no-mac-spoofing', ''),
      ],
    ],
  ]);

/** The snapshots that a guest which was saved before an upgrade has. */
export const seedSnapshots: readonly HostObject[] = [
  object('fresh', 'fresh', '2026-01-05 09:12 UTC, shutoff', { active: false }),
  object('before upgrade', 'before upgrade', '2026-03-01 17:40 UTC, shutoff', { active: true, parent: 'fresh' }),
];
