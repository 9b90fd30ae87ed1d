import type { PciDevice } from '#model/host-device';
import type { Note, Operation } from '../../../../backend.ts';
import { BackendError } from '../../../../errors.ts';
import { nodeDevice } from '../../../devices/node-device.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import { remote } from '../../../protocol/remote.ts';
import { toBackendError } from '../../../to-backend-error.ts';
import { isKept, pciName } from './pci-consequences.ts';

type DevicesHost = Pick<LibvirtHost, 'call' | 'job'>;

/** What only keeps a device for guests has it already: it stays so. */
const isFree = (device: PciDevice): boolean => !isKept(device);

/**
 * Takes the devices from the host's drivers, as the start of a guest does, and gives all of them back, also where one does not go, or it is
 * cancelled. Resolves to what is not as it was before, in words, or null. Rejects with 'unsupported' or the host's own refusal where one
 * does not go; with 'outcome-unknown' where one was not given back, naming it.
 */
export async function borrow(host: DevicesHost, devices: readonly PciDevice[], operation: Operation): Promise<string | null> {
  /** The last first, each with the line about it in the journal: killed in the middle, the next start offers to give it back. */
  const taken: { readonly device: PciDevice; readonly note: Note }[] = [];
  let refusal: BackendError | null = null;
  try {
    for (const device of devices.filter(isFree)) {
      if (operation.signal.aborted) throw new BackendError('cancelled', 'It was cancelled, and what was taken was given back.');
      operation.report(`Taking ${device.address} from the host`, null);
      const { id, driver } = device;
      const note = await operation.making({ kind: 'borrowed', device: id, name: pciName(device), driver });
      taken.unshift({ device, note });
      await host.job(remote.nodeDeviceDetachFlags, { name: id, driverName: 'vfio', flags: 0 });
      await note.made();
      await requireTaken(host, device);
    }
  } catch (error) {
    refusal = toBackendError(error);
  }
  const left: PciDevice[] = [];
  for (const { device, note } of taken) {
    operation.report(`Giving ${device.address} back`, null);
    await host.job(remote.nodeDeviceReAttach, { name: device.id }).then(
      () => note.gone(),
      () => left.push(device),
    );
  }
  if (left.length > 0) throw notBack(left, refusal);
  if (refusal !== null) throw refusal;
  return changedSince(
    host,
    taken.map(({ device }) => device),
  );
}

async function driverNow(host: DevicesHost, { id }: PciDevice): Promise<string | null> {
  const device = nodeDevice((await host.call(remote.nodeDeviceGetXmlDesc, { name: id, flags: 0 })).xml);
  return device?.kind === 'pci' ? device.driver : null;
}

async function requireTaken(host: DevicesHost, device: PciDevice): Promise<void> {
  const driver = await driverNow(host, device);
  if (driver === 'vfio-pci') return;
  throw new BackendError('unsupported', `${pciName(device)} did not go: ${driver ?? 'no driver'} has it. It was given back.`, {
    remedy: 'See that the host has the kernel module vfio-pci, and that nothing on it uses the device.',
  });
}

async function changedSince(host: DevicesHost, devices: readonly PciDevice[]): Promise<string | null> {
  const now = await Promise.all(devices.map(async (device) => ({ device, driver: await driverNow(host, device) })));
  const others = now.filter(({ device, driver }) => driver !== device.driver);
  if (others.length === 0) return null;
  const words = others.map(
    ({ device, driver }) => `${pciName(device)} is with ${driver ?? 'no driver'}, and was with ${device.driver ?? 'none'}`,
  );
  return `It goes, but not all is as before: ${words.join('; ')}.`;
}

const notBack = (left: readonly PciDevice[], refusal: BackendError | null): BackendError =>
  new BackendError('outcome-unknown', `The host did not take ${left.map(pciName).join(', ')} back.`, {
    reason: refusal === null ? null : refusal.message,
    remedy: `On the host: ${left.map(({ id }) => `virsh nodedev-reattach ${id}`).join('; ')}. If that does not help, start the host anew. It is also among the interrupted operations.`,
  });
