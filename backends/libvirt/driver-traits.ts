/** What libvirt's drivers differ in, as far as this backend cares. Numbers: include/libvirt/libvirt-domain.h. */
export interface DriverTraits {
  /** virDomainShutdownFlagValues: 1 presses the ACPI power button; 0 lets the driver choose. Never the agent: it may be gone. */
  readonly shutdownFlags: number;
  readonly rebootFlags: number;
  readonly serialConsole: boolean;
  readonly graphicalConsole: boolean;
  readonly statistics: boolean;
  readonly managedSave: boolean;
  readonly createsGuests: boolean;
}

const modest: DriverTraits = {
  shutdownFlags: 0,
  rebootFlags: 0,
  serialConsole: false,
  graphicalConsole: false,
  statistics: true,
  managedSave: false,
  createsGuests: false,
};

// By what CONNECT_GET_TYPE says.
const traits: ReadonlyMap<string, DriverTraits> = new Map([
  [
    'QEMU',
    {
      shutdownFlags: 1,
      rebootFlags: 1,
      serialConsole: true,
      graphicalConsole: true,
      statistics: true,
      managedSave: true,
      createsGuests: true,
    },
  ],
  ['TEST', { ...modest, managedSave: true }],
  ['LXC', { ...modest, serialConsole: true }],
  ['Xen', { ...modest, serialConsole: true, graphicalConsole: true, managedSave: true }],
  ['CH', { ...modest, serialConsole: true, managedSave: true }],
]);

/** A driver that is not in the table gets what all of them have. */
export function traitsOf(hypervisor: string): DriverTraits {
  return traits.get(hypervisor) ?? modest;
}
