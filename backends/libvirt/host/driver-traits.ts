import type { GuestObjectKind } from '#model/inventory';

/** What libvirt's drivers differ in, as far as this backend cares. Numbers: include/libvirt/libvirt-domain.h. */
export interface DriverTraits {
  /** virDomainShutdownFlagValues: 1 presses the ACPI power button; 0 lets the driver choose. Never the agent: it may be gone. */
  readonly shutdownFlags: number;
  readonly rebootFlags: number;
  readonly serialConsole: boolean;
  /** virDomainConsoleFlags: 2 (SAFE) refuses a console that another has, 1 (FORCE) takes it; 0 where the driver knows neither. */
  readonly consoleFlags: { readonly safe: number; readonly force: number };
  readonly graphicalConsole: boolean;
  readonly statistics: boolean;
  readonly managedSave: boolean;
  readonly guestInventory: readonly GuestObjectKind[];
  readonly createsGuests: boolean;
  /** USB devices of the host, and channels of an agent, can be plugged into guests. */
  readonly plugsDevices: boolean;
}

const modest: DriverTraits = {
  shutdownFlags: 0,
  rebootFlags: 0,
  serialConsole: false,
  consoleFlags: { safe: 0, force: 0 },
  graphicalConsole: false,
  statistics: true,
  managedSave: false,
  guestInventory: [],
  createsGuests: false,
  plugsDevices: false,
};

// By what CONNECT_GET_TYPE says.
const traits: ReadonlyMap<string, DriverTraits> = new Map([
  [
    'QEMU',
    {
      shutdownFlags: 1,
      rebootFlags: 1,
      serialConsole: true,
      consoleFlags: { safe: 2, force: 1 },
      graphicalConsole: true,
      statistics: true,
      managedSave: true,
      guestInventory: ['snapshots', 'checkpoints'],
      createsGuests: true,
      plugsDevices: true,
    },
  ],
  ['TEST', { ...modest, managedSave: true, guestInventory: ['snapshots', 'checkpoints'] }],
  ['LXC', { ...modest, serialConsole: true, createsGuests: true }],
  [
    'Xen',
    {
      ...modest,
      serialConsole: true,
      consoleFlags: { safe: 0, force: 1 },
      graphicalConsole: true,
      managedSave: true,
      createsGuests: true,
    },
  ],
  ['VBOX', { ...modest, guestInventory: ['snapshots'] }],
  ['vz', { ...modest, guestInventory: ['snapshots'] }],
  ['CH', { ...modest, serialConsole: true, managedSave: true }],
]);

/** A driver that is not in the table gets what all of them have. */
export function traitsOf(hypervisor: string): DriverTraits {
  return traits.get(hypervisor) ?? modest;
}
