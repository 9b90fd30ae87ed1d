import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.mjs';
import { familyOf } from './packages.mjs';
import { SetupError, say } from './report.mjs';
import { ROOT } from './repository.mjs';

const run = promisify(execFile);
const RECIPE = join(ROOT, 'test/bed/modular-libvirt.sh');
const INSTALLED = '/usr/sbin';
const WHAT = "build libvirt's modular daemons";

/**
 * @typedef {object} ModularDaemons
 * @property {string} programs the folder with virtqemud and its like
 * @property {string | null} libraries the folder that they find their libraries in; null where the system knows
 */

/**
 * The distribution's own, or, in Debian, which has none, built from its source when there are none of the same recipe and release yet: two
 * minutes at first, for which the source is fetched. The packages of the group "long" must be there.
 * @returns {Promise<ModularDaemons>}
 */
export async function modularDaemons() {
  if (existsSync(join(INSTALLED, 'virtqemud'))) return { programs: INSTALLED, libraries: null };
  const release = readFileSync('/etc/os-release', 'utf8');
  if (familyOf(release) !== 'debian') throw new SetupError(WHAT, 'that is known for Debian only', 'install virtqemud and its like');
  const key = createHash('sha256').update(readFileSync(RECIPE)).update(release);
  const dir = join(cacheFolder(), `modular-libvirt-${key.digest('hex').slice(0, 16)}`);
  if (!existsSync(dir)) await build(dir);
  return { programs: join(dir, 'sbin'), libraries: join(dir, 'lib') };
}

/** @param {string} dir */
async function build(dir) {
  say("Building libvirt's modular daemons from the distribution's source: two minutes or more");
  const work = await mkdtemp(`${dir}-`);
  try {
    await run('bash', [RECIPE, work, dir], { maxBuffer: 64 << 20 }).catch((error) => {
      throw new SetupError(WHAT, lastLines(`${error.stdout}${error.stderr}`), `bash ${RECIPE} ${work} ${dir}`);
    });
    await chmod(join(work, 'installed'), 0o755);
    await rename(join(work, 'installed'), dir);
  } catch (error) {
    if (!existsSync(dir)) throw error; // else another process has built them meanwhile
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @param {string} text */
const lastLines = (text) => text.trim().split('\n').slice(-15).join('\n');
