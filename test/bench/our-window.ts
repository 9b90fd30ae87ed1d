import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { electronCommand } from '../../build/setup/electron-command.mjs';
import { type AppCommand, appCommand } from '../app/launch.ts';

const run = promisify(execFile);

export interface OurWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly pid: number;
  /** Milliseconds from the start until something was painted. */
  readonly painted: number;
  /** Epoch milliseconds of the start. */
  readonly started: number;
  stop(): Promise<void>;
}

/** The app on a host; Playwright's attaching to it is part of the time measured. */
export async function startGuesthouse(uri: string): Promise<OurWindow> {
  return start(await appCommand({ uri }));
}

/** The least that a window of the same runtime costs: a page with one word. */
export async function startEmptyWindow(): Promise<OurWindow> {
  const appDir = mkdtempSync(join(tmpdir(), 'guesthouse-empty-'));
  writeFileSync(join(appDir, 'package.json'), JSON.stringify({ name: 'empty', version: '1.0.0', main: 'main.cjs' }));
  writeFileSync(join(appDir, 'index.html'), '<!doctype html><title>Empty</title><p>Empty</p>');
  const main = `const { app, BrowserWindow } = require('electron');
    app.enableSandbox();
    app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile(require('path').join(__dirname, 'index.html')));`;
  writeFileSync(join(appDir, 'main.cjs'), main);
  const surroundings = await appCommand();
  const { executable } = await electronCommand({ appDir });
  rmSync(appDir, { recursive: true });
  return start({ ...surroundings, executable });
}

export interface UnattendedWindow {
  readonly pid: number;
  minimise(): Promise<void>;
  stop(): Promise<void>;
}

/** The app with nobody attached to it: Playwright has a page believe that it is always seen. Resolves when its window is there. */
export async function startUnattended(uri: string): Promise<UnattendedWindow> {
  const command = await appCommand({ uri });
  const child = spawn(command.executable, [], { env: command.env, stdio: 'ignore' });
  const xdotool = (...args: string[]) => run('xdotool', args, { env: { ...process.env, DISPLAY: command.env['DISPLAY'] } });
  const { stdout } = await xdotool('search', '--sync', '--onlyvisible', '--name', '^Guesthouse$');
  const window = stdout.trim().split('\n')[0] ?? '';
  return {
    pid: child.pid ?? 0,
    minimise: async () => {
      await xdotool('windowminimize', '--sync', window);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      await command.dispose();
    },
  };
}

async function start(command: AppCommand): Promise<OurWindow> {
  const started = Date.now();
  const app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
  const page = await app.firstWindow();
  const painted = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const seen = (entry: PerformanceEntry) => resolve(performance.timeOrigin + entry.startTime);
        new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach(seen)).observe({
          type: 'paint',
          buffered: true,
        });
      }),
  );
  return {
    app,
    page,
    pid: app.process().pid ?? 0,
    painted: painted - started,
    started,
    async stop() {
      await app.close();
      await command.dispose();
    },
  };
}

/** Milliseconds from the start until the list of so many guests was painted: its count is told and its first rows stand. */
export async function untilListed({ page, started }: OurWindow, guests: number): Promise<number> {
  const at = await page.evaluate(
    (count) =>
      new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error('the list did not come within a minute')), 60_000);
        const look = () => {
          const rows = document.querySelectorAll('tbody tr').length;
          const told = new RegExp(`(^|\\D)${count} guests`).test(document.body.innerText.replace(/(\d),(?=\d)/g, '$1'));
          // Two frames on, what was in the document is on the screen.
          if (rows > Math.min(count, 10) && told) requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())));
          else requestAnimationFrame(look);
        };
        look();
      }),
    guests,
  );
  return at - started;
}
