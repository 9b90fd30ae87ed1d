import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalFile } from '../backend.ts';
import { identified } from './convert-image.ts';

// Where Fedora's and RHEL's package virtio-win has it, and where people put what they downloaded.
export const driverFolders: readonly string[] = ['/usr/share/virtio-win', '/usr/share/virtio', '/var/lib/libvirt/images'];

/** The newest disc with the virtio drivers for Windows in these folders. "virtio-win.iso" is the package's link to its newest one. */
export async function findDriverDisc(folders: readonly string[] = driverFolders): Promise<LocalFile | null> {
  for (const folder of folders) {
    // A folder that is not there, or that only the hypervisor may look into, has none for us.
    const names = (await readdir(folder).catch(() => [])).filter((name) => /^virtio-win[\w.-]*\.iso$/i.test(name));
    const newest = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    const name = newest.find((each) => each === 'virtio-win.iso') ?? newest[0];
    if (name !== undefined) return identified(await realpath(join(folder, name)));
  }
  return null;
}
