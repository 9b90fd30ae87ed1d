import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FIRST_PROCESS = fileURLToPath(new URL('../../test/bed/private-network-manager.sh', import.meta.url));
const PATIENCE_MS = 60_000;

/** A real NetworkManager with a bus, a network and a LAN of its own: lan0 has 192.168.77.5, the router behind it 192.168.77.1. */
export interface PrivateNetworkManager {
  /** For DBUS_SYSTEM_BUS_ADDRESS. */
  readonly bus: string;
  nmcli(...words: string[]): Promise<string>;
  /** ip(8) on the host's side. */
  ip(...words: string[]): Promise<string>;
  /** Whether the host answers the LAN at its address. */
  isReached(): Promise<boolean>;
  /** Ends NetworkManager alone; the bus stays. */
  endManager(): Promise<void>;
  stop(): Promise<void>;
}

/** Why none can run here, or undefined. */
export async function networkManagerObstacle(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a private NetworkManager needs root (namespaces)';
  for (const program of ['NetworkManager', 'nmcli', 'busctl', 'dbus-daemon', 'ip']) {
    const missing = await run('sh', ['-c', `command -v ${program}`]).then(
      () => false,
      () => true,
    );
    if (missing) return `${program} is not installed`;
  }
  return undefined;
}

export async function startNetworkManager(): Promise<PrivateNetworkManager> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-nm-'));
  // The window's user calls it too.
  await chmod(dir, 0o755);
  const namespaces = ['--net', '--mount', '--propagation', 'private'];
  const first = spawn('unshare', [...namespaces, 'bash', FIRST_PROCESS, dir], { stdio: ['pipe', 'ignore', 'pipe'] });
  let output = '';
  first.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((done) => first.once('close', () => done()));
  const bus = `unix:path=${join(dir, 'bus')}`;
  const enter = [`--target=${first.pid}`, '--mount', '--net', '--'];
  const inside = async (...words: string[]) =>
    (await run('nsenter', [...enter, ...words], { env: { ...process.env, LC_ALL: 'C', DBUS_SYSTEM_BUS_ADDRESS: bus } })).stdout;
  const nmcli = (...words: string[]) => inside('nmcli', ...words);
  const stop = async () => {
    first.stdin.end();
    const timer = setTimeout(() => first.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const isConnected = async () => /^lan0:connected$/m.test(await nmcli('-t', '-f', 'DEVICE,STATE', 'device').catch(() => ''));
  for (const deadline = Date.now() + PATIENCE_MS; !(await isConnected()); await sleep(100)) {
    if (first.exitCode === null && Date.now() < deadline) continue;
    const log = await readFile(join(dir, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`NetworkManager did not connect: ${output}\n${log}`);
  }
  return {
    bus,
    nmcli,
    ip: (...words) => inside('ip', ...words),
    // A port where nobody listens: only who is there refuses.
    isReached: async () => {
      const connect = ['timeout', '5', 'bash', '-c', 'exec 3<>/dev/tcp/192.168.77.5/9'];
      const refused = await inside('ip', 'netns', 'exec', 'lan', ...connect).then(
        () => 'open',
        (error: unknown) => String(error),
      );
      return refused.includes('refused');
    },
    endManager: async () => void process.kill(Number(await readFile(join(dir, 'manager.pid'), 'utf8'))),
    stop,
  };
}
