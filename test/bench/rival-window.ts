import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RivalWindow {
  /** Of what holds the window and all it started. */
  readonly pid: number;
  /** Milliseconds from the start until the last guest was in its list. */
  readonly listed: number;
  stop(): Promise<void>;
}

/**
 * virt-manager on a host with so many guests, fresh (no settings of an earlier run). Its own log says when the window was shown and each
 * guest was added; painting them, which comes after, is not counted.
 */
export async function startVirtManager(uri: string, guests: number): Promise<RivalWindow> {
  const home = mkdtempSync(join(tmpdir(), 'guesthouse-rival-'));
  const start = performance.now();
  // The system's Python has its libraries; another one may come first in PATH.
  const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, GSETTINGS_BACKEND: 'memory', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };
  const command = ['--', 'virt-manager', '--no-fork', '--debug', '--connect', uri];
  const child = spawn('dbus-run-session', command, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const listed = await allListed(child, guests, start);
  return {
    pid: child.pid ?? 0,
    listed,
    async stop() {
      const exited = new Promise((done) => child.once('exit', done));
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function allListed(child: ChildProcess, guests: number, start: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let shown = false;
    let added = 0;
    const read = (line: string) => {
      shown ||= line.includes('Showing manager');
      if (/domain=\S+ status=\S+ added/.test(line)) added += 1;
      if (shown && added >= guests) resolve(performance.now() - start);
    };
    for (const output of [child.stdout, child.stderr]) if (output) createInterface({ input: output }).on('line', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`virt-manager ended after it listed ${added} of ${guests} guests`)));
  });
}
