import type { Media } from '#model/guest-spec';
import { GiB, MiB } from '#model/quantity';
import type { LocalFile, MediaReader } from '../backend.ts';
import { BackendError } from '../errors.ts';

const debian = {
  id: 'http://debian.org/debian/13',
  name: 'Debian 13',
  family: 'linux',
  recommended: { memory: 2 * GiB, vcpus: 2, disk: 20 * GiB },
};

/** Judges media by their file names, since there are no files: "debian" is recognised, other ISOs are not, the rest are none. */
export class FakeMediaReader implements MediaReader {
  async read({ path }: LocalFile): Promise<Media> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.includes('missing')) throw new BackendError('bad-file', 'The file does not exist.', { remedy: 'Choose another file.' });
    if (!name.endsWith('.iso')) {
      throw new BackendError('bad-file', `“${name}” is no ISO image.`, { remedy: 'Choose an ISO image of an operating system.' });
    }
    return { name, size: 700 * MiB, label: name.slice(0, -4).toUpperCase(), bootable: true, os: name.includes('debian') ? debian : null };
  }
}
