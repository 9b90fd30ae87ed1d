import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where downloads are kept, outside the repository. Root's is not in its home, which the
 * unprivileged users that the window and the guests run as may not enter.
 * @param {number | undefined} uid
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolderPath(uid, env) {
  if (uid === 0) return '/var/cache/guesthouse';
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'guesthouse');
}

/**
 * Makes the cache folder, or one in it, and returns its path.
 * @param {string[]} names
 */
export function cacheFolder(...names) {
  const path = join(cacheFolderPath(process.getuid?.(), process.env), ...names);
  // Whatever the caller's umask, root's is for all to read.
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, 0o755);
  return path;
}
