import type { DeviceUser, HostDevice } from '#model/host-device';
import { describeEach } from '../host/describe-each.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml, textAt } from '../xml/document.ts';
import { type Claim, deviceClaims } from './device-claims.ts';
import { diskNames } from './disks-there.ts';
import { type NodeDevice, nodeDevice } from './node-device.ts';

/** libvirt: virConnectListAllNodeDeviceFlags: PCI, USB, network, SCSI, storage, mediated; and what is defined, active or not. */
const LOOKED_FOR = 2 | 4 | 16 | 128 | 256 | 16_384;
const ACTIVE_OR_NOT = 2 ** 30 + 2 ** 31;
/** The Linux kernel's own root hubs, which are part of their controllers. */
const ROOT_HUBS = '1d6b';

type DevicesHost = Pick<LibvirtHost, 'call' | 'domainXml'>;

/** The host's devices, with the guests whose definitions name them, running or not. */
export async function listHostDevices(host: DevicesHost): Promise<HostDevice[]> {
  const [documents, holders] = await Promise.all([deviceDocuments(host), readHolders(host)]);
  const found = documents
    .flatMap((xml) => {
      const device = nodeDevice(xml);
      const document = parseXml(xml);
      return device === null ? [] : [{ device, path: textAt(document, 'path'), names: diskNames(document) }];
    })
    .filter(({ device }) => device.kind !== 'usb' || device.vendor !== ROOT_HUBS);
  return found.map(({ device, path, names }) => ({
    ...device,
    parent: parentOf(device, path, found),
    users: holders.flatMap(({ user, claims }) => (claims.some((claim) => claim(device, names)) ? [user] : [])),
  }));
}

/** A disk hangs from a SCSI target of an adapter of its controller, and only the last is a device that a person would look for. */
function parentOf({ id, parent }: NodeDevice, path: string | null, all: readonly Placed[]): string | null {
  if (path === null || all.some(({ device }) => device.id === parent)) return parent;
  const above = all.filter((one) => one.path !== null && one.device.id !== id && path.startsWith(`${one.path}/`));
  return (
    above.reduce<Placed | null>((best, one) => ((one.path?.length ?? 0) > (best?.path?.length ?? 0) ? one : best), null)?.device.id ??
    parent
  );
}

interface Placed {
  readonly device: NodeDevice;
  /** In the host's /sys. */
  readonly path: string | null;
}

async function deviceDocuments(host: DevicesHost): Promise<string[]> {
  const list = (flags: number) => host.call(remote.connectListAllNodeDevices, { needResults: 1, flags });
  const { devices } = await list(LOOKED_FOR + ACTIVE_OR_NOT).catch((error: unknown) => {
    // Before libvirt 7.3 there are no defined ones, and their flags are refused.
    if (failedWith(error, 'unsupported', 'bad-input')) return list(LOOKED_FOR);
    throw error;
  });
  const read = ({ name }: { readonly name: string }) => host.call(remote.nodeDeviceGetXmlDesc, { name, flags: 0 });
  const described = await describeEach(devices, read, devices.length);
  return described.flatMap((answer) => (answer === null ? [] : [answer.xml]));
}

interface Holder {
  readonly user: DeviceUser;
  readonly claims: readonly Claim[];
}

async function readHolders(host: DevicesHost): Promise<Holder[]> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const holders = await describeEach(
    domains,
    async (dom): Promise<Holder> => {
      const claims = deviceClaims(await host.domainXml(dom, DomainXml.live));
      return { user: { id: dom.uuid, name: dom.name, running: dom.id >= 0 }, claims };
    },
    domains.length,
  );
  return holders.flatMap((holder) => (holder === null || holder.claims.length === 0 ? [] : [holder]));
}
