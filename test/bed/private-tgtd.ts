import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** An iSCSI server of its own on 127.0.0.1, in user space: it needs nothing of the kernel. */
export interface PrivateTgtd {
  /** As pools name it: 127.0.0.1:… */
  readonly host: string;
  /** A target with these files as its units, for `user` with `password` (CHAP); for everybody without. */
  addTarget(iqn: string, files: readonly string[], login?: { readonly user: string; readonly password: string }): Promise<void>;
  stop(): Promise<void>;
}

export async function startPrivateTgtd(): Promise<PrivateTgtd> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  // Its control socket is called by a number below 32768; by that of the port, which nobody else has.
  const control = ['-C', String(port % 32_768)];
  const server = spawn('tgtd', ['-f', ...control, '--iscsi', `portal=${host}`], { stdio: 'ignore' });
  const failed = once(server, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const tell = (...args: string[]) => run('tgtadm', [...control, '--lld', 'iscsi', ...args]);
  try {
    await Promise.race([failed, untilAnswered(() => tell('--mode', 'target', '--op', 'show'), server)]);
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  let targets = 0;
  return {
    host,
    async addTarget(iqn, files, login) {
      const tid = ['--tid', String((targets += 1))];
      await tell('--mode', 'target', '--op', 'new', ...tid, '-T', iqn);
      for (const [index, file] of files.entries())
        await tell('--mode', 'logicalunit', '--op', 'new', ...tid, '--lun', String(index + 1), '-b', file);
      if (login !== undefined) {
        await tell('--mode', 'account', '--op', 'new', '--user', login.user, '--password', login.password);
        await tell('--mode', 'account', '--op', 'bind', ...tid, '--user', login.user);
      }
      await tell('--mode', 'target', '--op', 'bind', ...tid, '-I', 'ALL');
    },
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}

async function untilAnswered(ask: () => Promise<unknown>, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (Date.now() > deadline || server.exitCode !== null) throw error;
      await sleep(100);
    }
  }
}
