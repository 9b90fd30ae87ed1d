import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron, type CDPSession, type ElectronApplication, type Page } from 'playwright-core';
import type { Bridge } from '#contract/define';
import { ensureAppBuild } from '../../build/setup/app-build.mjs';
import { startDisplay } from '../../build/setup/display.mjs';
import { electronCommand } from '../../build/setup/electron-command.mjs';

declare global {
  interface Window {
    readonly guesthouse: Bridge;
  }
}

/** Where no daemon is: tests of the window itself need none. */
const NOWHERE = 'qemu:///system?socket=/nonexistent/guesthouse';

/**
 * The artifact itself; or with one file beside it changed, by which a test gets where the artifact lets nobody:
 * `compromised`: the preload also leaves ipcRenderer where code in its own world finds it: a page's process that was taken over.
 * `believed-packaged`: what main.cjs takes for the packaged app, though Playwright drives it.
 */
type Flavour = 'itself' | 'compromised' | 'believed-packaged';

export interface LaunchOptions {
  readonly flavour?: Flavour;
  /** Of the host "This computer". */
  readonly uri?: string;
  /** That of an earlier start, which is kept then; without it, a new one that goes with the app. */
  readonly home?: string;
  /** More of the app's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How to start the built app by other means than Playwright's. */
export interface AppCommand {
  readonly executable: string;
  readonly env: Record<string, string>;
  /** Of the window's user, with the app's configuration, state and cache in it. */
  readonly home: string;
  dispose(): Promise<void>;
}

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** What main wrote to its log until now. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** The built app on a display of its own, as an unprivileged user and with Chromium's sandbox on. */
export async function appCommand({ flavour = 'itself', uri = NOWHERE, home: given, env }: LaunchOptions = {}): Promise<AppCommand> {
  const built = await ensureAppBuild();
  const command = await electronCommand({ appDir: flavour === 'itself' ? built : flavoured(built, flavour) });
  const display = await startDisplay();
  const home = given ?? mkdtempSync(join(tmpdir(), 'guesthouse-app-'));
  if (command.uid !== undefined && command.gid !== undefined) chownSync(home, command.uid, command.gid);
  const folders = { XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache') };
  return {
    executable: command.executable,
    env: { ...command.env, ...folders, HOME: home, DISPLAY: display.name, GUESTHOUSE_LOCAL_URI: uri, LC_ALL: 'C.UTF-8', ...env },
    home,
    async dispose() {
      await display.stop();
      if (given === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

export async function startApp(options: LaunchOptions = {}): Promise<RunningApp> {
  const command = await appCommand(options);
  try {
    const app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
    const page = await app.firstWindow();
    await page.waitForLoadState('load');
    return {
      app,
      page,
      home: command.home,
      log: () => readFile(join(command.home, 'state/guesthouse/guesthouse.log'), 'utf8').catch(() => ''),
      async stop() {
        await app.close();
        await command.dispose();
      },
    };
  } catch (error) {
    await command.dispose();
    throw error;
  }
}

function flavoured(built: string, flavour: Exclude<Flavour, 'itself'>): string {
  const copy = join(dirname(built), `app-${flavour}`);
  rmSync(copy, { recursive: true, force: true });
  cpSync(built, copy, { recursive: true, preserveTimestamps: true });
  if (flavour === 'compromised') {
    const preload = join(copy, 'preload.cjs');
    writeFileSync(preload, `${readFileSync(preload, 'utf8')}\nglobalThis.ipcRenderer = require('electron').ipcRenderer;\n`);
  } else {
    const before = `Object.defineProperty(require('electron').app, 'isPackaged', { value: true }); process.argv.splice(1);`;
    writeFileSync(join(copy, 'before.cjs'), `${before}\nrequire('./main.cjs');\n`);
    const manifest = join(copy, 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('main.cjs', 'before.cjs'));
  }
  return copy;
}

/** Runs code in the page's process as an attacker would who has taken it over: beside the preload, with `ipcRenderer`. */
export interface TakenOver {
  run<T>(code: string): Promise<T>;
}

export async function takeOver(page: Page): Promise<TakenOver> {
  const session: CDPSession = await page.context().newCDPSession(page);
  let world = 0;
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name === 'Electron Isolated Context') world = context.id;
  });
  session.on('Runtime.executionContextsCleared', () => {
    world = 0;
  });
  await session.send('Runtime.enable');
  return {
    async run<T>(code: string): Promise<T> {
      const expression = `(async () => { ${code} })()`;
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression,
        contextId: world,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value as T;
    },
  };
}
