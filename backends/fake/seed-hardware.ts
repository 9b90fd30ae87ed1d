import type { Guest } from '#model/guest';
import type { DeviceUser, HostDevice, PciDevice } from '#model/host-device';
import { GiB } from '#model/quantity';

type Pci = Pick<PciDevice, 'name' | 'address' | 'class' | 'driver' | 'iommuGroup'> & Partial<PciDevice>;

const pci = ({ address, ...more }: Pci): PciDevice => ({
  kind: 'pci',
  id: `pci_${address.replaceAll(/[:.]/g, '_')}`,
  parent: 'computer',
  users: [],
  address,
  numaNode: null,
  function: { kind: 'whole' },
  mediatedTypes: [],
  ...more,
});

/** The graphics card, which the first guest that runs has from the start: by its functions' addresses. */
export const givenFromTheStart: readonly string[] = ['0000:01:00.0', '0000:01:00.1'];

/** A workstation's devices, each with the host's own driver; `guests` give a stick to somebody. */
export function seedHardware(guests: readonly Guest[]): HostDevice[] {
  const user = (guest: Guest | undefined): DeviceUser[] =>
    guest === undefined ? [] : [{ id: guest.id, name: guest.name, running: guest.state === 'running' }];
  const off = guests.find(({ state }) => state === 'shut-off');
  return [
    pci({ name: 'Intel Corporation Host bridge', address: '0000:00:00.0', class: '060000', driver: null, iommuGroup: 0 }),
    pci({
      name: 'Intel Corporation UHD Graphics 770',
      address: '0000:00:02.0',
      class: '030000',
      driver: 'i915',
      iommuGroup: 1,
      mediatedTypes: [{ id: 'i915-GVTg_V5_4', name: 'V5_4', available: 2 }],
    }),
    pci({ name: 'NVIDIA GeForce', address: '0000:01:00.0', class: '030000', driver: 'nouveau', iommuGroup: 12 }),
    pci({ name: 'NVIDIA HD Audio', address: '0000:01:00.1', class: '040300', driver: 'snd_hda_intel', iommuGroup: 12 }),
    pci({
      name: 'Intel Corporation I225-V',
      address: '0000:02:00.0',
      class: '020000',
      driver: 'igc',
      iommuGroup: 14,
      function: { kind: 'physical', max: 7, made: 2 },
    }),
    pci({ name: 'Samsung NVMe', address: '0000:03:00.0', class: '010802', driver: 'nvme', iommuGroup: 14 }),
    {
      kind: 'usb',
      id: 'usb_1_4',
      parent: 'computer',
      name: 'Yubico YubiKey',
      users: user(off),
      vendor: '1050',
      product: '0407',
      bus: 1,
      device: 4,
    },
    { kind: 'usb', id: 'usb_1_5', parent: 'computer', name: '', users: [], vendor: '0781', product: '5567', bus: 1, device: 5 },
    {
      kind: 'network',
      id: 'net_enp2s0',
      parent: 'pci_0000_02_00_0',
      name: '',
      users: [],
      interface: 'enp2s0',
      mac: '52:54:00:00:00:02',
      link: 'up',
      speed: 2500,
    },
    {
      kind: 'storage',
      id: 'block_nvme0n1',
      parent: 'pci_0000_03_00_0',
      name: 'Samsung SSD 990',
      users: [],
      path: '/dev/nvme0n1',
      type: 'disk',
      bus: 'pci',
      size: 1000 * GiB,
      serial: 'S6Z2NF0T',
    },
  ];
}
