import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An X server without a screen, with a window manager, for tests that open windows. */
export interface Display {
  /** Value of DISPLAY, as in `:7`. Any local user may connect. */
  readonly name: string;
  stop(): Promise<void>;
}

/** Starts Xvfb on a free display number with openbox. Takes about 0.3 s. */
export async function startDisplay(size = '1440x900'): Promise<Display> {
  // 3: the descriptor on which Xvfb tells the number it took, once it accepts clients.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await firstLine(server);
  const name = `:${number}`;
  const windowManager = spawn('openbox', [], { stdio: 'ignore', env: { ...process.env, DISPLAY: name } });
  return {
    name,
    async stop() {
      await end(windowManager);
      await end(server);
    },
  };
}

async function firstLine(server: ChildProcess): Promise<string> {
  const output = server.stdio[3];
  if (output === null || output === undefined || !('read' in output)) throw new Error('Xvfb has no output for its display number');
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    if (text.includes('\n')) return text.trim();
  }
  throw new Error('Xvfb ended before it took a display number');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
