import type { GuestObjectKind } from '#model/inventory';

/** What libvirt's drivers differ in, as far as this backend cares. Numbers: include/libvirt/libvirt-domain.h. */
export interface DriverTraits {
  /** virDomainShutdownFlagValues: 1 presses the ACPI power button; 0 lets the driver choose. Never the agent: it may be gone. */
  readonly shutdownFlags: number;
  readonly rebootFlags: number;
  readonly serialConsole: boolean;
  /** virDomainConsoleFlags: 2 (SAFE) refuses a console that another has, 1 (FORCE) takes it; 0 where the driver knows neither. */
  readonly consoleFlags: { readonly safe: number; readonly force: number };
  /** Which of a guest's consoles is opened can be said by its name; else it is the first. */
  readonly namedConsoles: boolean;
  readonly graphicalConsole: boolean;
  readonly screenshots: boolean;
  readonly statistics: boolean;
  readonly managedSave: boolean;
  readonly reset: boolean;
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
  namedConsoles: true,
  graphicalConsole: false,
  screenshots: false,
  statistics: true,
  managedSave: false,
  reset: false,
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
      namedConsoles: true,
      graphicalConsole: true,
      screenshots: true,
      statistics: true,
      managedSave: true,
      reset: true,
      guestInventory: ['snapshots', 'checkpoints'],
      createsGuests: true,
      plugsDevices: true,
    },
  ],
  ['TEST', { ...modest, managedSave: true, reset: true, guestInventory: ['snapshots', 'checkpoints'] }],
  ['LXC', { ...modest, serialConsole: true, createsGuests: true }],
  [
    'Xen',
    {
      ...modest,
      serialConsole: true,
      consoleFlags: { safe: 0, force: 1 },
      // Its devices have no aliases (libvirt: src/libxl/libxl_driver.c, libxlDomainOpenConsole).
      namedConsoles: false,
      graphicalConsole: true,
      managedSave: true,
      createsGuests: true,
    },
  ],
  ['VBOX', { ...modest, guestInventory: ['snapshots'] }],
  ['vz', { ...modest, reset: true, guestInventory: ['snapshots'] }],
  ['CH', { ...modest, serialConsole: true, managedSave: true }],
]);

/** A driver that is not in the table gets what all of them have. */
export function traitsOf(hypervisor: string): DriverTraits {
  return traits.get(hypervisor) ?? modest;
}
