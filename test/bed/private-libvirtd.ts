import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { killDaemon } from './kill-daemon.ts';
import { type Listening, listenLines, type Ports, portsFor, prepareSasl, type Sasl } from './listening.ts';
import { virshAnew } from './virsh-anew.ts';

const run = promisify(execFile);
const FIRST_PROCESS = fileURLToPath(new URL('../../test/bed/private-libvirtd.sh', import.meta.url));
const CGROUPS = '/sys/fs/cgroup';

export interface PrivateLibvirtdOptions {
  /** A network namespace of its own, so that NAT networks can be started. What listens
   *  on its loopback device (VNC on 127.0.0.1) is then reachable through `enter` only. */
  readonly network?: boolean;
  /** More lines for its qemu.conf. */
  readonly qemuConf?: string;
  /** More lines for its libvirtd.conf; of two for one setting libvirt takes the first, which is this. */
  readonly libvirtdConf?: string;
  readonly listen?: Listening;
  readonly sasl?: Sasl;
}

/** A whole libvirtd and virtlogd with their own state, apart from the machine's. */
export interface PrivateLibvirtd {
  /** State folder; `lib` in it is the daemon's /var/lib/libvirt. Any user may enter it. */
  readonly dir: string;
  /** Unix socket any user may connect to, as seen from outside the namespaces. */
  readonly socket: string;
  /** `qemu:///system?socket=…`, usable from outside the namespaces. */
  readonly uri: string;
  /** Leading words of a command line that runs a program inside the namespaces, where
   *  this daemon is the system's: its socket there is /run/libvirt/libvirt-sock. */
  readonly enter: readonly [string, ...string[]];
  readonly ports: Ports;
  /**
   * Runs virsh on this daemon. Resolves to its standard output; rejects on failure. What defines something takes the place of another of that
   * name: a test's second try begins with what its first has left.
   */
  virsh(...args: string[]): Promise<string>;
  /** Ends libvirtd alone, as a crash does: guests go on running. */
  crash(): Promise<void>;
  /** Starts libvirtd again after `crash`; resolves when it accepts connections. */
  revive(): Promise<void>;
  /** Ends the daemons and every guest, and removes `dir`. May be called twice. */
  stop(): Promise<void>;
}

/** Why no private libvirtd can run here, or undefined where one can. */
export async function privateLibvirtdObstacle(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a private libvirtd needs root (mount namespaces)';
  for (const program of ['libvirtd', 'virtlogd', 'unshare', 'nsenter', 'ip']) {
    try {
      await run('sh', ['-c', `command -v ${program}`]);
    } catch {
      return `${program} is not installed`;
    }
  }
  return undefined;
}

/** Starts one; takes about 0.2 s. It ends with the calling process at the latest. */
export async function startPrivateLibvirtd(options: PrivateLibvirtdOptions = {}): Promise<PrivateLibvirtd> {
  const ports = await portsFor(options.listen ?? {});
  const dir = await prepareState(options, ports);
  const socket = join(dir, 'run/libvirt-sock');
  const uri = `qemu:///system?socket=${socket}`;
  const network = options.network ?? false;
  const namespaces = ['--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
  if (network) namespaces.push('--net');
  const firstProcess = ['bash', FIRST_PROCESS, dir, network ? 'network' : ''];
  const first = spawn('unshare', [...namespaces, '--propagation', 'private', ...firstProcess], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  first.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  first.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((done) => first.once('close', () => done()));

  // unshare itself stays outside the PID namespace that it made for its child.
  const target = [`--target=${first.pid}`, `--pid=/proc/${first.pid}/ns/pid_for_children`];
  const joined = [...target, '--mount', '--uts', ...(network ? ['--net'] : []), '--'];
  const inside = (command: string) => run('nsenter', [...joined, 'sh', '-c', command]);

  const accepting = async (): Promise<void> => {
    const deadline = Date.now() + 15_000;
    // Its own network's loopback is not ours; it listens there before it does on its socket.
    const doors = [socket, ...(network ? [] : [ports.tcp, ports.tls])].filter((door) => door !== 0);
    while (!(await Promise.all(doors.map(accepts))).every(Boolean)) {
      if (first.exitCode !== null || Date.now() > deadline) {
        throw new Error(`private libvirtd did not come up in ${dir}: ${output}`);
      }
      await sleep(20);
    }
  };
  const stop = async (): Promise<void> => {
    first.stdin.end();
    const timer = setTimeout(() => first.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    await removeCgroups(basename(dir));
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  try {
    await accepting();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    socket,
    uri,
    ports,
    enter: ['nsenter', ...joined],
    stop,
    virsh: virshAnew(async (...args) => {
      const { stdout } = await run('virsh', ['-c', uri, ...args], { maxBuffer: 64 << 20 });
      return stdout;
    }),
    async crash() {
      await inside(killDaemon(`${dir}/libvirtd.pid`));
    },
    async revive() {
      await inside(`libvirtd -d -p ${dir}/libvirtd.pid $(cat ${dir}/arguments)`);
      await accepting();
    },
  };
}

async function prepareState(options: PrivateLibvirtdOptions, ports: Ports): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-libvirtd-'));
  await chmod(dir, 0o755);
  for (const folder of ['run', 'lib/images', 'lib/qemu', 'lib/dnsmasq', 'lib/boot', 'cache', 'log', 'etc']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  await chmod(join(dir, 'lib'), 0o711);
  await cp('/etc/libvirt/nwfilter', join(dir, 'etc/nwfilter'), { recursive: true }).catch(ignoreMissing);
  const listen = options.listen === undefined ? [] : listenLines(options.listen, ports);
  const own = [`host_uuid = "${randomUUID()}"`, 'auth_unix_rw = "none"', 'unix_sock_rw_perms = "0777"'];
  await writeFile(join(dir, 'etc/libvirtd.conf'), [options.libvirtdConf ?? '', ...listen, ...own].join('\n'));
  await writeFile(join(dir, 'arguments'), options.listen === undefined ? '' : '--listen');
  if (options.sasl !== undefined) await prepareSasl(join(dir, 'sasl2'), options.sasl);
  // The machine's SELinux or AppArmor rules know libvirt's usual folders only.
  // Owners are remembered at the file itself, which several daemons' guests share here: one that was killed would leave its mark for all.
  const qemu = ['security_driver = "none"', 'remember_owner = 0', ...displayPorts(), options.qemuConf ?? ''];
  await writeFile(join(dir, 'etc/qemu.conf'), qemu.join('\n'));
  for (const folder of ['/run/libvirt', '/var/lib/libvirt', '/var/cache/libvirt', '/var/log/libvirt']) {
    await mkdir(folder, { recursive: true });
  }
  return dir;
}

/** Two daemons that look for a free port at once find the same, so each has some of its own. */
function displayPorts(): string[] {
  const first = 10_000 + 50 * Math.floor(Math.random() * 450);
  return [`remote_display_port_min = ${first}`, `remote_display_port_max = ${first + 49}`];
}

/** A unix socket, or a port of 127.0.0.1. */
export function accepts(door: string | number): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = typeof door === 'string' ? createConnection(door) : createConnection(door, '127.0.0.1');
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}

/** Removes the folders of the guests' cgroups that private-places.sh made; `name` is that of the daemons' folder. */
export async function removeCgroups(name: string): Promise<void> {
  for (const controller of await readdir(CGROUPS).catch(() => [])) {
    await removeCgroup(join(CGROUPS, controller, name));
  }
}

async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  }
  await rmdir(path).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
