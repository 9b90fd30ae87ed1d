import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MODULES = '/lib/modules';

/** What libguestfs needs of a computer whose kernel is not in /boot, as in containers and small virtual machines: words of an environment. */
export interface GuestfsKernel {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Nothing where /boot has a kernel; else Debian's, fetched. Its appliance is built in a folder of its own, 300 MB, which goes with it. */
export async function guestfsKernel(): Promise<GuestfsKernel> {
  const work = await mkdtemp(join(tmpdir(), 'guesthouse-guestfs-'));
  const cache = { LIBGUESTFS_CACHEDIR: work };
  const close = () => rm(work, { recursive: true, force: true });
  if ((await readdir('/boot')).some((name) => name.startsWith('vmlinuz'))) return { environment: cache, close };
  const { stdout } = await run('apt-cache', ['depends', 'linux-image-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error('apt knows no linux-image-amd64; run apt-get update');
  // apt downloads as a user of its own.
  await chmod(work, 0o777);
  await run('apt-get', ['download', '-q', name], { cwd: work });
  const root = join(work, 'kernel');
  const [file = ''] = (await readdir(work)).filter((one) => one.endsWith('.deb'));
  await run('dpkg-deb', ['-x', join(work, file), root]);
  const [release = ''] = await readdir(join(root, 'lib/modules'));
  await run('depmod', ['-b', root, release]);
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
