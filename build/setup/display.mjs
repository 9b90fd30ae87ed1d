import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * An X server without a screen, with a window manager. Any local user may connect.
 * @typedef {object} Display
 * @property {string} name value of DISPLAY, as in `:7`
 * @property {() => Promise<void>} stop
 */

/**
 * Starts Xvfb on a free display number, and openbox. Takes about 0.3 s.
 * @param {string} [size] width and height in pixels
 * @returns {Promise<Display>}
 */
export async function startDisplay(size = '1440x900') {
  // 3: the descriptor on which Xvfb tells its number once it accepts clients.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const name = `:${await displayNumber(server)}`;
  const windowManager = spawn('openbox', [], { stdio: 'ignore', env: { ...process.env, DISPLAY: name } });
  return {
    name,
    async stop() {
      await end(windowManager);
      await end(server);
    },
  };
}

/** @param {import('node:child_process').ChildProcess} server */
async function displayNumber(server) {
  const output = server.stdio[3];
  let text = '';
  if (output && 'read' in output) for await (const chunk of output) if ((text += String(chunk)).includes('\n')) return text.trim();
  throw new Error('Xvfb ended before it took a display number');
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
