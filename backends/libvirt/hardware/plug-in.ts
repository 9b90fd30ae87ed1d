import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { Affect } from '../guests/both-definitions.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { toBackendError } from '../to-backend-error.ts';

interface Running {
  readonly host: Pick<LibvirtHost, 'job'>;
  readonly dom: Domain;
}

/**
 * Plugs a device into the running guest, after the controllers that came by it. A guest that does not take the device loses those again: it
 * asked for none. Rejects as the host does; where a controller stays all the same, that is said.
 */
export async function plugIn({ host, dom }: Running, controllers: readonly string[], device: string): Promise<void> {
  /** The last first. */
  const plugged: string[] = [];
  try {
    for (const xml of [...controllers, device]) {
      await host.job(remote.domainAttachDeviceFlags, { dom, xml, flags: Affect.live });
      plugged.unshift(xml);
    }
  } catch (error) {
    // What may be in the guest after all is not taken from under it.
    if (failedWith(error, 'connection-lost', 'outcome-unknown')) throw error;
    const stays = await unplugAll({ host, dom }, plugged);
    throw stays ? withLeftOver(toBackendError(error)) : error;
  }
}

/** Whether something stays. That a guest lets go of it may take it a moment, which nobody waits for. */
async function unplugAll({ host, dom }: Running, plugged: readonly string[]): Promise<boolean> {
  let stays = false;
  for (const xml of plugged) {
    await host.job(remote.domainDetachDeviceFlags, { dom, xml, flags: Affect.live }).catch(() => {
      stays = true;
    });
  }
  return stays;
}

const withLeftOver = (error: BackendError): BackendError =>
  new BackendError(error.code, `${error.message} The controller that was plugged in for it stays until the guest is shut down.`, {
    reason: error.reason,
    remedy: error.remedy,
    cause: error,
  });
