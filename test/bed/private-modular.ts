import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { modularDaemons } from '../../build/setup/modular-daemons.mjs';
import { killDaemon } from './kill-daemon.ts';
import { accepts, removeCgroups } from './private-libvirtd.ts';

const run = promisify(execFile);
const FIRST_PROCESS = fileURLToPath(new URL('../../test/bed/private-modular.sh', import.meta.url));

/** In an order in which each finds those that it asks. virtproxyd has the old daemon's socket. */
const DAEMONS = [
  'virtnwfilterd',
  'virtnetworkd',
  'virtstoraged',
  'virtnodedevd',
  'virtinterfaced',
  'virtsecretd',
  'virtqemud',
  'virtlxcd',
  'virtproxyd',
] as const;
export type ModularDaemon = (typeof DAEMONS)[number];

/** libvirt's modular daemons with their own state, as on Fedora, apart from the machine's; with a network of their own. */
export interface PrivateModular {
  /** As in PrivateLibvirtd. */
  readonly dir: string;
  /** The socket of one of them, as seen from outside. */
  socket(daemon: ModularDaemon): string;
  /** An address of one of them, usable from outside. */
  uri(driver: 'qemu' | 'lxc' | 'test', daemon: ModularDaemon): string;
  /** Runs libvirt's own client on virtqemud. */
  virsh(...args: string[]): Promise<string>;
  /** Ends one of them, as a crash does. */
  crash(daemon: ModularDaemon): Promise<void>;
  /** Starts it again; resolves when it accepts connections. */
  revive(daemon: ModularDaemon): Promise<void>;
  /** Ends the daemons and every guest, and removes `dir`. */
  stop(): Promise<void>;
}

/** Takes about a second, and minutes where they have to be built first. */
export async function startPrivateModular(): Promise<PrivateModular> {
  const { programs, libraries } = await modularDaemons();
  const dir = await prepareState();
  const env = { ...process.env, ...(libraries !== null && { LD_LIBRARY_PATH: libraries }) };
  const namespaces = ['--mount', '--uts', '--pid', '--net', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  const first = spawn('unshare', [...namespaces, 'bash', FIRST_PROCESS, dir, programs, ...DAEMONS], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  first.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  first.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((done) => first.once('close', () => done()));

  const socket = (daemon: ModularDaemon) => join(dir, 'run', daemon === 'virtproxyd' ? 'libvirt-sock' : `${daemon}-sock`);
  const uri: PrivateModular['uri'] = (driver, daemon) => `${driver}:///system?mode=direct&socket=${socket(daemon)}`;
  // unshare itself stays outside the PID namespace that it made for its child.
  const joined = [`--target=${first.pid}`, `--pid=/proc/${first.pid}/ns/pid_for_children`, '--mount', '--uts', '--net', '--'];
  const inside = (command: string) => run('nsenter', [...joined, 'sh', '-c', command], { env });
  const accepting = async (daemon: ModularDaemon): Promise<void> => {
    for (const deadline = Date.now() + 15_000; !(await accepts(socket(daemon))); await sleep(20)) {
      if (first.exitCode !== null || Date.now() > deadline) throw new Error(`${daemon} did not come up in ${dir}: ${output}`);
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
    for (const daemon of DAEMONS) await accepting(daemon);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    socket,
    uri,
    stop,
    virsh: async (...args) => (await run('virsh', ['-c', uri('qemu', 'virtqemud'), ...args])).stdout,
    crash: async (daemon) => void (await inside(killDaemon(`${dir}/${daemon}.pid`))),
    async revive(daemon) {
      await inside(`${programs}/${daemon} -d -p ${dir}/${daemon}.pid`);
      await accepting(daemon);
    },
  };
}

async function prepareState(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-modular-'));
  await chmod(dir, 0o755);
  for (const folder of ['run', 'lib/images', 'lib/qemu', 'lib/dnsmasq', 'lib/boot', 'cache', 'log', 'etc']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  await chmod(join(dir, 'lib'), 0o711);
  await cp('/etc/libvirt/nwfilter', join(dir, 'etc/nwfilter'), { recursive: true, force: true }).catch(() => undefined);
  const conf = [`host_uuid = "${randomUUID()}"`, 'auth_unix_rw = "none"', 'unix_sock_rw_perms = "0777"'].join('\n');
  for (const daemon of DAEMONS) await writeFile(join(dir, `etc/${daemon}.conf`), conf);
  // The machine's SELinux or AppArmor rules know libvirt's usual folders only.
  await writeFile(join(dir, 'etc/qemu.conf'), 'security_driver = "none"\nremember_owner = 0\n');
  for (const folder of ['/run/libvirt', '/var/lib/libvirt', '/var/cache/libvirt', '/var/log/libvirt']) {
    await mkdir(folder, { recursive: true });
  }
  return dir;
}
