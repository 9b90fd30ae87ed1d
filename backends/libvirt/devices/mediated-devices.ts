import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';

/** Off the host, now and for good. One that is not there now, or was never defined, is none of what is left. */
export async function takeOffHost(host: Pick<LibvirtHost, 'job'>, name: string): Promise<void> {
  await host.job(remote.nodeDeviceDestroy, { name }).catch(unlessGone);
  await host.job(remote.nodeDeviceUndefine, { name, flags: 0 }).catch(unlessGone);
}

function unlessGone(error: unknown): void {
  if (!failedWith(error, 'not-found', 'invalid-state')) throw error;
}
