import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFolder } from './built-folder.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { ROOT } from './repository.mjs';
import { say } from './report.mjs';

const run = promisify(execFile);

/**
 * The folder with the long tests' whole computer, built when there is none of the same recipe yet: two minutes, and all of its packages are
 * fetched, so before the tests go where no network is.
 */
export const emulatedHostFolder = () => builtBy('emulated-host', 'the computer that the long tests emulate');

/** Likewise, with cloud.qcow2: an image as distributions publish them for clouds. */
export const cloudImageFolder = () => builtBy('cloud-image', 'the cloud image of the long tests');

/**
 * @param {string} name of the recipe
 * @param {string} what
 */
async function builtBy(name, what) {
  const recipe = join(ROOT, `test/bed/${name}.sh`);
  const key = createHash('sha256').update(await readFile(recipe));
  return builtFolder(join(cacheFolder(), `${name}-${key.digest('hex').slice(0, 16)}`), async (work) => {
    say(`Building ${what}: two minutes or more`);
    // What it mounts in the new system goes with it, however it ends, before anybody removes the folder.
    const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc', '--', 'bash', recipe, work];
    await run('unshare', apart, { maxBuffer: 64 << 20 });
  });
}
