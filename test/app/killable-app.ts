import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { type AppCommand, appCommand } from './launch.ts';

const PATIENCE_MS = 60_000;

/** The app in one home, to be killed and started again there. */
export class KillableApp {
  readonly home: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #open = new Set<Run>();

  constructor(home: string, env: Readonly<Record<string, string>> = {}) {
    this.home = home;
    this.#env = env;
  }

  async start(uri: string): Promise<Run> {
    const command = await appCommand({ uri, home: this.home, env: this.#env });
    const app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
    const page = await app.firstWindow();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.getByRole('link', { name: 'Storage' }).waitFor();
    const run = new Run(app, page, command, () => this.#open.delete(run));
    this.#open.add(run);
    return run;
  }

  /** The next start, on the page that the notice leads to. */
  async startAfterInterruption(uri: string): Promise<Run> {
    const run = await this.start(uri);
    await run.page.getByText('An operation was interrupted.').waitFor();
    await run.page.getByRole('link', { name: 'See what was left' }).click();
    return run;
  }

  /** What is written down of operations that run, or did not end. */
  readonly records = (): Promise<string[]> => readdir(this.#operations());

  /** A test that failed leaves nothing to the next try. */
  async clear(): Promise<void> {
    for (const run of this.#open) await run.end();
    await rm(this.#operations(), { recursive: true, force: true });
  }

  #operations = () => join(this.home, 'state/guesthouse/operations');
}

export class Run {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly #command: AppCommand;
  readonly #ended: () => void;

  constructor(app: ElectronApplication, page: Page, command: AppCommand, ended: () => void) {
    this.app = app;
    this.page = page;
    this.#command = command;
    this.#ended = ended;
  }

  /** As kill -9. */
  async kill(): Promise<void> {
    this.#ended();
    const ended = this.app.waitForEvent('close');
    process.kill(await this.app.evaluate(() => process.pid), 'SIGKILL');
    await ended;
    await this.#command.dispose();
  }

  async end(): Promise<void> {
    this.#ended();
    await this.app.close();
    await this.#command.dispose();
  }

  /** What the window asks of main, as its own pages do. */
  async call(name: string, input: object): Promise<unknown> {
    const reply = await this.page.evaluate(([channel, wish]) => window.guesthouse.invoke(channel, wish), [name, input] as const);
    expect(reply).toMatchObject({ ok: true });
    return 'value' in reply ? reply.value : undefined;
  }

  /** The same of what answers the person's choice of this file, by that name of the answer. */
  async chosen(path: string, name: string, input: object, answer: 'token' | 'file'): Promise<unknown> {
    await this.app.evaluate(({ dialog }, file) => {
      Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [file] }));
    }, path);
    const found = await this.call(name, input);
    return new Map(typeof found === 'object' && found !== null ? Object.entries(found) : []).get(answer);
  }

  /** Does what makes main ask in its own window, and agrees there by this button. */
  async agree<T>(
    ask: () => Promise<T>,
    said: string | RegExp,
    button: string,
    prepare: (question: Page) => Promise<void> = async () => {},
  ): Promise<T> {
    const opened = this.app.waitForEvent('window', { timeout: PATIENCE_MS });
    const asked = ask();
    const question = await opened;
    await question.getByText(said).first().waitFor();
    await prepare(question);
    const closed = question.waitForEvent('close', { timeout: PATIENCE_MS });
    // The answer closes the window, often before the click is known to have been made.
    await question.getByRole('button', { name: button, exact: true }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
    await closed;
    return asked;
  }

  /** Presses "Clean up…", reads main's question and agrees to all of it. `ticked`: whether it was ticked from the start. */
  async cleanUp(ticked: boolean, ...labels: readonly string[]): Promise<void> {
    const press = () => this.page.getByRole('button', { name: 'Clean up…' }).click();
    await this.agree(press, /./, 'Delete', async (question) => {
      for (const label of labels) {
        const box = question.getByRole('checkbox', { name: label });
        expect(await box.isChecked()).toBe(ticked);
        await box.check();
      }
    });
    await this.page.getByText('Nothing was left').waitFor();
  }
}
