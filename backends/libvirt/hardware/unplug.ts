import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceId } from '#model/hardware';
import type { Operation } from '../../backend.ts';
import { failedWith } from '../failed-with.ts';
import { Affect } from '../guests/both-definitions.ts';
import { DomainXml } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, parseXml, serialize, type XmlElement } from '../xml/document.ts';
import { foundDevices } from './found-device.ts';
import { devicesOf } from './hardware-context.ts';
import type { OpenGuest } from './open-guest.ts';

/** A guest's kernel has to let go of a device before it is gone; one that is busy or not there at all never does. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 500;

/**
 * Asks the running guest to let the device go, and waits until it has. False: it has not in 20 s, or the person did not want to wait any
 * longer; it may still do so later. Source: virDomainDetachDeviceFlags, "asynchronous".
 */
export async function unplug({ host, dom }: OpenGuest, id: DeviceId, device: XmlElement, operation: Operation): Promise<boolean> {
  // By the name that the hypervisor knows it by: what is told apart by its order has another id once one before it is gone.
  const alias = attribute(child(device, 'alias'), 'name');
  operation.report('Asking the running guest to let it go', null);
  await host.job(remote.domainDetachDeviceFlags, { dom, xml: serialize(device), flags: Affect.live });
  operation.report('Waiting for the running guest to let it go', null);
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(LOOK_EVERY_MS)) {
    const still = await has();
    if (!still || operation.signal.aborted || performance.now() > until) return !still;
  }

  function isIt(one: XmlElement): boolean {
    return one.name === device.name && attribute(child(one, 'alias'), 'name') === alias;
  }

  async function has(): Promise<boolean> {
    try {
      const running = parseXml(await host.domainXml(dom, DomainXml.live));
      return alias === null ? foundDevices(running, null, true).some((found) => found.id === id) : devicesOf(running).some(isIt);
    } catch (error) {
      // Gone with the guest.
      if (failedWith(error, 'not-found')) return false;
      throw error;
    }
  }
}
