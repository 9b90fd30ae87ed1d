import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';

// libvirt: virDomainUndefineFlagsValues.
const Undefine = { managedSave: 1, snapshotsMetadata: 2, nvram: 4, checkpointsMetadata: 16, tpm: 32 } as const;

/**
 * All that belongs to a definition and would keep libvirt from removing it, or stay behind. Drivers refuse flags that they do not know:
 * what each takes is in its domainUndefineFlags (libvirt 9.0, src/qemu, src/test, src/libxl, src/lxc); TPM state came with 8.9.
 */
export function undefineFlags({ hypervisor, daemonVersion }: { hypervisor: string; daemonVersion: string | null }): number {
  const common = Undefine.managedSave | Undefine.snapshotsMetadata | Undefine.checkpointsMetadata;
  switch (hypervisor) {
    case 'QEMU':
      return common | Undefine.nvram | (isAtLeast(daemonVersion, 8, 9) ? Undefine.tpm : 0);
    case 'TEST':
      return common;
    case 'Xen':
      return Undefine.managedSave;
    default:
      return 0;
  }
}

function isAtLeast(version: string | null, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = (version ?? '').split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Forces the domain off if it runs. May be repeated. */
export async function forceOff(host: LibvirtHost, dom: Domain): Promise<void> {
  try {
    await host.job(remote.domainDestroyFlags, { dom, flags: 0 });
  } catch (error) {
    // It went off by itself, or is gone.
    if (!failedWith(error, 'invalid-state', 'not-found')) throw error;
  }
}

/** Removes the definition with all that belongs to it; the domain must be off. May be repeated. */
export async function undefine(host: LibvirtHost, dom: Domain): Promise<void> {
  try {
    await host.job(remote.domainUndefineFlags, { dom, flags: undefineFlags(host.facts) });
  } catch (error) {
    if (!failedWith(error, 'not-found')) throw error;
  }
}

/** The domain with this UUID, whatever it is called by now, or null. */
export async function findDomain(host: LibvirtHost, uuid: string): Promise<Domain | null> {
  try {
    return (await host.call(remote.domainLookupByUuid, { uuid })).dom;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}
