import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, say } from './report.mjs';

const SOURCES = ['backends', 'main', 'preload', 'renderer', 'build/bundle.mjs', 'package.json', 'package-lock.json'];

/**
 * Builds the app unless the last build is newer than all its sources.
 * @param {string} root the repository's folder
 * @returns {string} the built app's folder
 */
export function ensureAppBuild(root) {
  const app = join(root, 'out/app');
  // A build's own files cannot tell: bundlers leave what is the same as it was.
  const record = join(root, 'out/app-build');
  const built = existsSync(record) && existsSync(join(app, 'package.json')) ? statSync(record).mtimeMs : 0;
  if (SOURCES.every((source) => newest(join(root, source)) < built)) return app;
  say('Building the app');
  const started = new Date();
  const { status, error } = spawnSync(process.execPath, [join(root, 'build/bundle.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new SetupError('build the app', error?.message ?? `the build ended with code ${status}`, `cd ${root} && npm run build`);
  writeFileSync(record, '');
  utimesSync(record, started, started);
  return app;
}

/**
 * A folder's own time is looked at too: it is all that a deleted file leaves.
 * @param {string} path
 * @returns {number} milliseconds
 */
function newest(path) {
  if (!existsSync(path)) return 0;
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
