import { spawn } from 'node:child_process';

const INSIDE = 'GUESTHOUSE_OWN_NETWORK';

/**
 * Runs this script once more in a network namespace of its own, so that bridges, addresses and firewall rules of the tests' networks
 * never meet the machine's. Resolves to that run's exit code; undefined inside, and for users who cannot make one.
 * @returns {Promise<number | undefined>}
 */
export async function inOwnNetwork() {
  if (process.env[INSIDE] !== undefined || process.getuid?.() !== 0) return undefined;
  const command = ['--net', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath, ...process.argv.slice(1)];
  const child = spawn('unshare', command, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
