import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { asRoot, currentCaller } from './privilege.mjs';
import { SetupError, say } from './report.mjs';

const WHAT = 'start libvirt';
/** Monolithic daemon's (or virtproxyd's) first, then the QEMU daemon's own. */
export const SYSTEM_SOCKETS = ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock'];
const LOG_SOCKET = '/run/libvirt/virtlogd-sock';
const MODULAR = [
  'virtqemud',
  'virtnetworkd',
  'virtstoraged',
  'virtnodedevd',
  'virtinterfaced',
  'virtsecretd',
  'virtnwfilterd',
  'virtproxyd',
];

/** Starts libvirt, and virtlogd which QEMU guests need, where they do not run. */
export async function ensureLibvirtDaemon() {
  const [running, logging] = [await anyAccepts(SYSTEM_SOCKETS), await anyAccepts([LOG_SOCKET])];
  if (running && logging) return;
  const commands = daemonCommands({ systemd: existsSync('/run/systemd/system'), running, logging, has: currentCaller().has });
  say(`Starting libvirt: ${commands.map((command) => command.join(' ')).join(', ')}`);
  for (const command of commands) {
    const [program = '', ...args] = asRoot(command, currentCaller(), WHAT);
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', stdio: ['inherit', 'ignore', 'pipe'] });
    if (status !== 0) throw new SetupError(WHAT, error?.message ?? stderr.trim(), `as root: ${command.join(' ')}`);
  }
  const deadline = Date.now() + 10_000;
  while (!(await anyAccepts(SYSTEM_SOCKETS))) {
    if (Date.now() > deadline) {
      throw new SetupError(
        WHAT,
        `nothing answers at ${SYSTEM_SOCKETS.join(' or ')}`,
        'libvirtd --verbose (as root), and read what it says',
      );
    }
    await sleep(50);
  }
}

/**
 * Daemons are started, not enabled: what runs after the next boot is the owner's decision.
 * @param {object} state
 * @param {boolean} state.systemd
 * @param {boolean} state.running libvirt itself
 * @param {boolean} state.logging virtlogd
 * @param {(command: string) => boolean} state.has
 */
export function daemonCommands({ systemd, running, logging, has }) {
  const daemons = has('libvirtd') ? ['libvirtd'] : MODULAR.filter(has);
  const wanted = [...(logging ? [] : ['virtlogd']), ...(running ? [] : daemons)];
  if (systemd) return [['systemctl', 'start', ...wanted.map((daemon) => `${daemon}.socket`)]];
  return wanted.map((daemon) => [daemon, '--daemon']);
}

/** @param {readonly string[]} sockets */
async function anyAccepts(sockets) {
  for (const socket of sockets) if (await accepts(socket)) return true;
  return false;
}

/**
 * @param {string} path
 * @returns {Promise<boolean>}
 */
function accepts(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A socket that is closed to this user belongs to a daemon all the same.
    socket.once('error', (error) => resolve('code' in error && error.code === 'EACCES'));
  });
}
