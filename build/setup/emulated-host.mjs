import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.mjs';
import { ROOT } from './repository.mjs';
import { say } from './report.mjs';

const run = promisify(execFile);
const RECIPE = join(ROOT, 'test/bed/emulated-host.sh');

/**
 * The folder with the long tests' whole computer, built when there is none of the same recipe yet: two minutes, and all of its packages are
 * fetched, so before the tests go where no network is.
 * @returns {Promise<string>}
 */
export async function emulatedHostFolder() {
  const key = createHash('sha256').update(await readFile(RECIPE));
  const dir = join(cacheFolder(), `emulated-host-${key.digest('hex').slice(0, 16)}`);
  if (!existsSync(dir)) await build(dir);
  return dir;
}

/** @param {string} dir */
async function build(dir) {
  say('Building the computer that the long tests emulate: two minutes or more');
  const work = await mkdtemp(`${dir}-`);
  try {
    await run('bash', [RECIPE, work], { maxBuffer: 64 << 20 });
    await chmod(work, 0o755);
    await rename(work, dir);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!existsSync(dir)) throw error; // else another process has built it meanwhile
  }
}
