import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';

const run = promisify(execFile);
const AGENT = fileURLToPath(new URL('../../test/bed/polkit-agent.py', import.meta.url));

/** A private libvirtd that asks polkit whom it may let in, as distributions set it up. */
export interface PolkitHost {
  readonly daemon: PrivateLibvirtd;
  /** Starts the system's bus and polkit, without which the daemon can ask nobody. */
  startPolkit(): Promise<void>;
  /** The desktop of a process: a dialogue that gets this answer. Resolves when it is registered. */
  startAgent(pid: number, answer: 'accept' | 'deny' | 'cancel' | 'nothing'): Promise<Agent>;
  stop(): Promise<void>;
}

export interface Agent {
  /** What it was asked and what of it was taken back: "asked", "withdrawn". */
  readonly heard: readonly string[];
  stop(): Promise<void>;
}

export async function startPolkitHost(): Promise<PolkitHost> {
  // Where the namespace puts a folder of its own, and the bus its socket.
  await mkdir('/run/dbus', { recursive: true });
  const daemon = await startPrivateLibvirtd({ libvirtdConf: 'auth_unix_rw = "polkit"' });
  const [program, ...enter] = daemon.enter;
  const inside = (command: string) => run(program, [...enter, 'sh', '-c', command]);
  return {
    daemon,
    async startPolkit() {
      await inside('dbus-daemon --system --fork --nopidfile');
      await inside('setsid /usr/lib/polkit-1/polkitd --no-debug </dev/null >/dev/null 2>&1 &');
      const name =
        "dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner string:'org.freedesktop.PolicyKit1'";
      for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
        const there = await inside(name).then(
          () => true,
          () => false,
        );
        if (there) break;
        if (Date.now() > deadline) throw new Error('polkitd did not come up');
      }
      // A libvirtd that once found no bus goes on finding none.
      await daemon.crash();
      await daemon.revive();
    },
    async startAgent(pid, answer) {
      const agent = spawn(program, [...enter, '/usr/bin/python3', AGENT, String(pid), answer], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise<void>((done) => agent.once('close', () => done()));
      const heard: string[] = [];
      const agentPid = await new Promise<number>((resolve, reject) => {
        void ended.then(() => reject(new Error('the agent ended')));
        createInterface({ input: agent.stdout }).on('line', (line) => {
          if (line.startsWith('ready ')) resolve(Number(line.slice(6)));
          else heard.push(line);
        });
      });
      return {
        heard,
        async stop() {
          // nsenter stays outside, and its child would outlive it.
          await inside(`kill ${agentPid}`);
          await ended;
        },
      };
    },
    stop: () => daemon.stop(),
  };
}
