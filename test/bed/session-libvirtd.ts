import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { asOwner, privateHome } from './unprivileged.ts';

const run = promisify(execFile);

/** An unprivileged user's libvirtd, as `qemu:///session` starts one, with a home of its own. */
export interface SessionLibvirtd {
  readonly socket: string;
  readonly uri: string;
  virsh(...args: string[]): Promise<string>;
  /** Ends the daemon and every guest, and removes the home. */
  stop(): Promise<void>;
}

export async function startSessionLibvirtd(): Promise<SessionLibvirtd> {
  const home = await privateHome();
  const socket = join(home.env['XDG_RUNTIME_DIR'] ?? home.path, 'libvirt/libvirt-sock');
  const uri = `qemu:///session?socket=${socket}`;
  const env = { ...process.env, ...home.env };
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  const namespace = ['--pid', '--fork', '--kill-child', '--mount-proc', ...user];
  // The first process reaps what others leave, which libvirtd does not, and lives until its
  // standard input closes; the PID namespace takes the guests and virtlogd with it.
  const first = ['bash', '-c', '"$@" </dev/null & cat >/dev/null', 'bash', ...asOwner(), 'libvirtd'];
  const daemon = spawn('unshare', [...namespace, ...first], { env, stdio: ['pipe', 'ignore', 'pipe'] });
  let errors = '';
  daemon.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<void>((done) => daemon.once('close', () => done()));
  const stop = async (): Promise<void> => {
    daemon.stdin.end();
    await ended;
    await home.remove();
  };
  for (const deadline = Date.now() + 10_000; !existsSync(socket); await sleep(20)) {
    if (daemon.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`the session's libvirtd did not come up: ${errors}`);
  }
  return {
    socket,
    uri,
    stop,
    async virsh(...args) {
      const [program = 'virsh', ...rest] = [...asOwner(), 'virsh', '-c', uri, ...args];
      return (await run(program, rest, { env })).stdout;
    },
  };
}
