import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guestfsKernelFolder } from '../../build/setup/guestfs-kernel.mjs';

const MODULES = '/lib/modules';

/** What libguestfs needs of a computer whose kernel is not in /boot, as in containers and small virtual machines: words of an environment. */
export interface GuestfsKernel {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** libguestfs builds its appliance in a folder of its own, 300 MB, which goes with it. */
export async function guestfsKernel(): Promise<GuestfsKernel> {
  const work = await mkdtemp(join(tmpdir(), 'guesthouse-guestfs-'));
  const cache = { LIBGUESTFS_CACHEDIR: work };
  const close = () => rm(work, { recursive: true, force: true });
  const root = await guestfsKernelFolder();
  if (root === undefined) return { environment: cache, close };
  const [release = ''] = await readdir(join(root, 'lib/modules'));
  // supermin stops where this folder is not, whichever modules it is told to take.
  const madeModules = !existsSync(MODULES);
  if (madeModules) await mkdir(MODULES);
  return {
    environment: {
      ...cache,
      SUPERMIN_KERNEL: join(root, 'boot', `vmlinuz-${release}`),
      SUPERMIN_KERNEL_VERSION: release,
      SUPERMIN_MODULES: join(root, 'lib/modules', release),
    },
    close: async () => {
      if (madeModules) await rmdir(MODULES).catch(() => undefined);
      await close();
    },
  };
}
