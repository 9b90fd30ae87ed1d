import type { GuestJob } from '#model/guest';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, type XmlElement } from '../xml/document.ts';

/** Each is a question to the guest's hypervisor. */
const MOST = 16;

/**
 * What is done with the disks of a running guest: copied, merged with what they are overlays of, pulled out of it. `live`: its document.
 * The host has no list of such jobs, so those disks are asked about that can have one: with a mirror, or with something beneath them.
 */
export async function diskJobsOf(host: Pick<LibvirtHost, 'quick'>, dom: Domain, live: XmlElement): Promise<GuestJob[]> {
  if (dom.id < 0) return [];
  const jobs = await Promise.all(
    targetsOf(live).map(async (disk): Promise<GuestJob | null> => {
      const { found, cur, end } = await host.quick(remote.domainGetBlockJobInfo, { dom, path: disk, flags: 0 });
      if (found === 0) return null;
      // A mirror that has caught up stays until somebody ends it. What has only begun has no end yet.
      return { kind: 'disk', disk, progress: end === 0n ? null : Math.min(1, Number(cur) / Number(end)) };
    }),
  );
  return jobs.filter((job) => job !== null);
}

function targetsOf(live: XmlElement): string[] {
  return children(child(live, 'devices'), 'disk')
    .filter((disk) => child(disk, 'mirror') !== null || child(child(disk, 'backingStore'), 'source') !== null)
    .map((disk) => attribute(child(disk, 'target'), 'dev') ?? '')
    .filter((target) => target !== '')
    .slice(0, MOST);
}
