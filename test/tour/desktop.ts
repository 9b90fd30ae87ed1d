import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The keyboard of a display, for windows that are not the app's pages: the desktop's file dialog. */
export class Desktop {
  readonly #env: NodeJS.ProcessEnv;

  constructor(display: string) {
    this.#env = { ...process.env, DISPLAY: display };
  }

  /** Waits until a window with this title is there and has the keyboard. */
  async focus(title: string, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      try {
        const { stdout } = await this.#xdotool('search', '--onlyvisible', '--name', title);
        const window = stdout.trim().split('\n').at(-1);
        if (window !== undefined && window !== '') {
          await this.#xdotool('windowactivate', '--sync', window);
          return;
        }
      } catch (error) {
        // xdotool ends with 1 while it finds nothing.
        if (Date.now() > deadline) throw new Error(`no window "${title}" on the display`, { cause: error });
      }
      await sleep(100);
    }
  }

  async type(text: string): Promise<void> {
    await this.#xdotool('type', '--delay', '15', text);
  }

  async press(key: string): Promise<void> {
    await this.#xdotool('key', key);
  }

  /** The whole display, with what is not a page of the app. */
  async photograph(file: string): Promise<void> {
    await run('import', ['-window', 'root', file], { env: this.#env });
  }

  #xdotool(...args: string[]) {
    return run('xdotool', args, { env: this.#env });
  }
}
