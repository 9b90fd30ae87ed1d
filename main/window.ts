import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, screen, type Rectangle, type WebPreferences } from 'electron';
import { origins } from './app-protocol.ts';
import type { Pages } from './attach.ts';
import type { Memory } from './remembered.ts';

const DEFAULT_SIZE = { width: 1280, height: 800 };
/** A page that dies more often than this within a minute is not loaded again without asking. */
const CRASHES_A_MINUTE = 3;

/** What every window of ours is made with: a page that can do nothing but what the preload offers. */
export function pagePreferences(): WebPreferences {
  return {
    preload: join(app.getAppPath(), 'preload.cjs'),
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    enableWebSQL: false,
    disableDialogs: true,
    devTools: !app.isPackaged,
  };
}

/** The page's own background, so that no white flashes before it. */
export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? '#151515' : '#f2f2f2';
}

/** A window on the app's page, where and as large as it was the last time. `path`: of its pages, the first one. */
export function openAppWindow(pages: Pages, memory: Memory, log: (line: string) => void, path = ''): BrowserWindow {
  const window = new BrowserWindow({
    ...(visibleBounds(memory.value.bounds) ?? DEFAULT_SIZE),
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Guesthouse',
    backgroundColor: backgroundColor(),
    autoHideMenuBar: true,
    webPreferences: pagePreferences(),
  });
  pages.add(window, 'app');
  window.once('ready-to-show', () => {
    if (memory.value.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => memory.remember({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  loadForGood(window, origins.app, log, path);
  return window;
}

/** Shows the page of `origin`, and again should it die or go away. The window's title stays main's. */
export function loadForGood(window: BrowserWindow, origin: string, log: (line: string) => void, path = ''): void {
  window.webContents.on('page-title-updated', (event) => event.preventDefault());
  reloadAfterCrash(window, log);
  window.webContents.on('did-navigate', (_event, url) => {
    if (url.startsWith(`${origin}/`)) return;
    // Chromium asks no one about about:blank, so 'will-navigate' could not stop it.
    log(`The page went away to ${url}; loading it again`);
    void window.loadURL(`${origin}/`);
  });
  void window.loadURL(path === '' ? `${origin}/` : `${origin}/#${path}`);
}

/** Null where no screen shows enough of it to be taken hold of. */
export function visibleBounds(bounds: Rectangle | null): Rectangle | null {
  if (bounds === null) return null;
  const { workArea } = screen.getDisplayMatching(bounds);
  const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
  const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
  return width >= 200 && height >= 100 ? bounds : null;
}

/** A page that died comes back at the address it had; main and the guests go on meanwhile. */
function reloadAfterCrash(window: BrowserWindow, log: (line: string) => void): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    log(`The page's process ended: ${reason}, exit code ${exitCode}`);
    crashes = [...crashes.filter((at) => at > Date.now() - 60_000), Date.now()];
    const reload = (): void => {
      if (!window.isDestroyed()) window.webContents.reload();
    };
    if (crashes.length <= CRASHES_A_MINUTE) setImmediate(reload);
    else void askToReload(window).then((again) => (again ? reload() : window.destroy()));
  });
}

async function askToReload(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window keeps failing',
    detail: 'Your guests are not affected. The log says more.',
    buttons: ['Close', 'Load again'],
    defaultId: 1,
    cancelId: 0,
  });
  return response === 1;
}
