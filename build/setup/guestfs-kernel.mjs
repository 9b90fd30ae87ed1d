import { execFile } from 'node:child_process';
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFolder } from './built-folder.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { debianKernel } from './debian-kernel.mjs';
import { SetupError } from './report.mjs';

const run = promisify(execFile);
const WHAT = 'give libguestfs a kernel';

/**
 * A folder with boot/ and lib/modules/ of a kernel for libguestfs, whose appliance runs the computer's own: undefined where /boot has one.
 * Containers and small virtual machines have none; Debian's is fetched for them (300 MB unpacked), once, so before the tests go where no
 * network is.
 * @returns {Promise<string | undefined>}
 */
export async function guestfsKernelFolder() {
  if ((await readdir('/boot')).some((name) => name.startsWith('vmlinuz'))) return undefined;
  const name = await debianKernel();
  if (name === undefined) throw new SetupError(WHAT, '/boot has none, and where to get one is known for Debian only', 'install a kernel');
  return builtFolder(join(cacheFolder(), `guestfs-${name}`), (work) => unpack(name, work));
}

/**
 * @param {string} name of the package
 * @param {string} work
 */
async function unpack(name, work) {
  // apt downloads as a user of its own.
  await chmod(work, 0o777);
  await run('apt-get', ['download', '-q', name], { cwd: work });
  const [file = ''] = (await readdir(work)).filter((one) => one.endsWith('.deb'));
  await run('dpkg-deb', ['-x', join(work, file), work]);
  await rm(join(work, file));
  const [release = ''] = await readdir(join(work, 'lib/modules'));
  await run('depmod', ['-b', work, release]);
}
