import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFolder } from './built-folder.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { debianKernel } from './debian-kernel.mjs';
import { ROOT } from './repository.mjs';

const run = promisify(execFile);
const RECIPE = join(ROOT, 'test/bed/tiny-guest.sh');

/**
 * The folder with the tests' Linux guest, built when there is none of the same recipe and kernel yet. Ten seconds at first, and the one
 * time it fetches the kernel: so before the tests go where no network is.
 * @returns {Promise<string>}
 */
export async function testGuestFolder() {
  const kernel = await debianKernel();
  const key = createHash('sha256')
    .update(await readFile(RECIPE))
    .update(kernel ?? release())
    .digest('hex');
  return builtFolder(join(cacheFolder(), `tiny-guest-${key.slice(0, 16)}`), (work) =>
    run('bash', [RECIPE, work, ...(kernel === undefined ? [] : [kernel])], { maxBuffer: 64 << 20 }),
  );
}
