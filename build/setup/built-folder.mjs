import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';

/**
 * A folder of the cache that is either whole or not there: `build` fills one beside it, which then takes its name. Two at once do no harm.
 * @param {string} dir
 * @param {(work: string) => Promise<unknown>} build
 * @returns {Promise<string>} `dir`
 */
export async function builtFolder(dir, build) {
  if (existsSync(dir)) return dir;
  const work = await mkdtemp(`${dir}-`);
  try {
    await build(work);
    await chmod(work, 0o755);
    await rename(work, dir);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!existsSync(dir)) throw error; // else another process has built it meanwhile
  }
  return dir;
}
