import type { HostDevice } from '#model/host-device';
import type { Product, Remnant } from '#model/product';
import { BackendError } from '../../errors.ts';
import { deviceClaims } from '../devices/device-claims.ts';
import { listHostDevices } from '../devices/host-devices.ts';
import { takeOffHost } from '../devices/mediated-devices.ts';
import { nodeDevice } from '../devices/node-device.ts';
import { describeEach } from '../host/describe-each.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';

export type DeviceProduct = Extract<Product, { kind: 'borrowed' | 'mediated' }>;
type Devices = readonly HostDevice[];

const gone: Remnant = { kind: 'gone' };
const there: Remnant = { kind: 'there' };
/** libvirt's name of the driver that has a device for guests; a rehearsal takes it with no other. */
const VFIO = 'vfio-pci';

/** What has become of a device of the host that was taken from its driver, or made. */
export async function lookAtDevice(host: LibvirtHost, product: DeviceProduct): Promise<Remnant> {
  const devices = await listHostDevices(host);
  return product.kind === 'borrowed' ? borrowedRemnant(product, devices) : mediatedRemnant(host, product, devices);
}

/** Gives it back to the host's own driver, or takes it off the host. May be repeated. */
export async function settleDevice(host: LibvirtHost, product: DeviceProduct): Promise<void> {
  if (product.kind === 'mediated') {
    const found = mediatedIn(await listHostDevices(host), product);
    if (found !== undefined) await takeOffHost(host, found.id);
    return;
  }
  await host.job(remote.nodeDeviceReAttach, { name: product.device });
  const now = nodeDevice((await host.call(remote.nodeDeviceGetXmlDesc, { name: product.device, flags: 0 })).xml);
  if (now?.kind !== 'pci' || now.driver !== VFIO) return;
  throw new BackendError('invalid-state', 'VFIO still has it.', { remedy: 'Start the host anew: its driver takes it again then.' });
}

/** What runs with a device of its group would be torn from its memory's walls if a driver of the host took one of them: vfio.rst, "group". */
function borrowedRemnant({ device, driver }: Extract<DeviceProduct, { kind: 'borrowed' }>, devices: Devices): Remnant {
  const found = devices.find(({ id }) => id === device);
  if (found?.kind !== 'pci') return gone;
  if (found.driver !== VFIO && (found.driver !== null || driver === null)) return gone;
  const group = devices.filter((one) => one.id === device || (one.kind === 'pci' && one.iommuGroup === (found.iommuGroup ?? Number.NaN)));
  const user = group.flatMap(({ users }) => users).find(({ running }) => running);
  return user === undefined ? there : { kind: 'kept', why: `“${user.name}” has it, or something of its group, and is running.` };
}

async function mediatedRemnant(
  host: LibvirtHost,
  product: Extract<DeviceProduct, { kind: 'mediated' }>,
  devices: Devices,
): Promise<Remnant> {
  const found = mediatedIn(devices, product);
  if (found === undefined) return gone;
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const named = await describeEach(
    domains,
    async (dom) => {
      // A guest that runs may have it now, or at its next start.
      const texts = [await host.domainXml(dom, DomainXml.live), dom.id < 0 ? '' : await nextDefinition(host, dom)];
      return texts.some((text) => deviceClaims(text).some((claim) => claim(found, []))) ? [dom.name] : [];
    },
    domains.length,
  );
  const users = named.flatMap((names) => names ?? []).map((name) => `“${name}”`);
  return users.length === 0 ? there : { kind: 'kept', why: `It is needed by ${users.join(', ')}.` };
}

/** '' of a guest that exists only while it runs. */
async function nextDefinition(host: LibvirtHost, dom: Parameters<LibvirtHost['domainXml']>[0]): Promise<string> {
  return host.domainXml(dom, DomainXml.inactive).catch((error: unknown) => {
    if (failedWith(error, 'not-found', 'invalid-state')) return '';
    throw error;
  });
}

const mediatedIn = (devices: Devices, { id }: Extract<DeviceProduct, { kind: 'mediated' }>) =>
  devices.find((device) => device.kind === 'mediated' && device.uuid?.toLowerCase() === id.toLowerCase());
