import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { guestUuid, ScriptedHost } from './scripted-host.ts';

// No machine of ours has an IOMMU, or a card that can be divided: a scripted libvirtd answers with the documents of a host that has both.

interface Device {
  readonly name: string;
  readonly address: string;
  readonly code: string;
  readonly group: number;
  readonly own: string;
  driver: string;
}

const device = (slot: number, fn: number, more: Pick<Device, 'code' | 'group' | 'own'>): Device => ({
  name: `pci_0000_81_0${slot}_${fn}`,
  address: `0000:81:0${slot}.${fn}`,
  driver: more.own,
  ...more,
});

const TYPE = 'nvidia-11';

/** A host with two devices in one IOMMU group and a card from which two parts can be made, and a guest that is off. */
export class PassthroughHost {
  readonly guest = guestUuid(0);
  readonly #scripted: ScriptedHost;
  readonly #devices = [
    device(0, 0, { code: '030000', group: 7, own: 'nouveau' }),
    device(0, 1, { code: '040300', group: 7, own: 'snd_hda_intel' }),
    device(1, 0, { code: '030000', group: 8, own: 'nvidia' }),
  ];
  /** UUIDs by name. */
  readonly #parts = new Map<string, string>();
  #definition = `<domain type='kvm'><name>guest-0</name><uuid>${guestUuid(0)}</uuid><memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os><devices></devices></domain>`;

  private constructor(scripted: ScriptedHost) {
    this.#scripted = scripted;
  }

  static async start(): Promise<PassthroughHost> {
    const host = new PassthroughHost(await ScriptedHost.start(1));
    host.#script();
    return host;
  }

  get uri(): string {
    return this.#scripted.uri;
  }

  /** As the crash of a program leaves it. */
  leaveWithVfio(address: string): void {
    for (const one of this.#devices) if (one.address === address) one.driver = 'vfio-pci';
  }

  close(): Promise<void> {
    return this.#scripted.close();
  }

  #script(): void {
    const { daemon } = this.#scripted;
    daemon.answer(remote.connectListAllNodeDevices, ({ flags }) => ({
      // What is defined and not there now is asked for by itself.
      devices: flags === 4096 ? [] : [...this.#devices.map(({ name }) => name), ...this.#parts.keys()].map((name) => ({ name })),
      ret: 0,
    }));
    daemon.answer(remote.nodeDeviceGetXmlDesc, ({ name }) => ({ xml: this.#document(name) }));
    daemon.answer(remote.nodeDeviceDetachFlags, ({ name }) => this.#drive(name, () => 'vfio-pci'));
    daemon.answer(remote.nodeDeviceReAttach, ({ name }) => this.#drive(name, ({ own }) => own));
    daemon.answer(remote.nodeDeviceDefineXml, ({ xmlDesc }) => {
      const uuid = /<uuid>([^<]+)</.exec(xmlDesc)?.[1] ?? '';
      const name = `mdev_${uuid.replaceAll('-', '_')}`;
      this.#parts.set(name, uuid);
      return { dev: { name } };
    });
    daemon.answer(remote.nodeDeviceCreate, () => undefined);
    daemon.answer(remote.nodeDeviceDestroy, () => undefined);
    daemon.answer(remote.nodeDeviceUndefine, ({ name }) => void this.#parts.delete(name));
    daemon.answer(remote.connectGetCapabilities, () => ({ capabilities: '<capabilities/>' }));
    daemon.answer(remote.domainGetXmlDesc, () => ({ xml: this.#definition }));
    daemon.answer(remote.domainDefineXmlFlags, ({ xml }) => {
      this.#definition = xml;
      return { dom: this.#scripted.domain(0).dom };
    });
  }

  #drive(name: string, driver: (device: Device) => string): undefined {
    for (const one of this.#devices) if (one.name === name) one.driver = driver(one);
  }

  #document(name: string): string {
    const uuid = this.#parts.get(name);
    if (uuid !== undefined) {
      return `<device><name>${name}</name><parent>pci_0000_81_01_0</parent><capability type='mdev'><type id='${TYPE}'/><uuid>${uuid}</uuid><iommuGroup number='9'/></capability></device>`;
    }
    const found = this.#devices.find((one) => one.name === name);
    if (found === undefined) throw new Error(`nobody told of ${name}`);
    const { address, code, group, driver } = found;
    const [slot, fn] = [address.slice(8, 10), address.slice(-1)];
    const types = `<capability type='mdev_types'><type id='${TYPE}'><name>GRID P4-1Q</name><deviceAPI>vfio-pci</deviceAPI><availableInstances>${2 - this.#parts.size}</availableInstances></type></capability>`;
    return `<device><name>${name}</name><parent>computer</parent><driver><name>${driver}</name></driver>
      <capability type='pci'><class>0x${code}</class><domain>0</domain><bus>129</bus><slot>${Number(slot)}</slot><function>${fn}</function>
      <product id='0x1c03'>Card ${slot}.${fn}</product><vendor id='0x10de'>Example</vendor><iommuGroup number='${group}'/>
      ${group === 8 ? types : ''}</capability></device>`;
  }
}
