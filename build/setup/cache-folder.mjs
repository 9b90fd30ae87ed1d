import { mkdirSync } from 'node:fs';
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

/** Makes the cache folder and returns its path. */
export function cacheFolder() {
  const path = cacheFolderPath(process.getuid?.(), process.env);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}
