import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, powerMonitor } from 'electron';
import type { Settings } from '#contract/settings';
import { backends } from '../backends/catalog.ts';
import { origins, registerAppScheme, serveBundle } from './app-protocol.ts';
import { attach, createPages } from './attach.ts';
import { refusal } from './command-line.ts';
import { createDesktopClipboard } from './clipboard.ts';
import { createConfirmations } from './confirmation-window.ts';
import { createConsolePort } from './console-port.ts';
import { openConsoleSettings } from './console-settings-file.ts';
import { createConsoleWindows } from './console-windows.ts';
import { createDiskFiles } from './disk-files.ts';
import { chooseImage, chooseSave, chooseSource } from './file-dialog.ts';
import { ownFolders } from './folders.ts';
import { createFullScreen } from './full-screen.ts';
import { createGuesthouse } from './guesthouse.ts';
import { openHosts } from './hosts-file.ts';
import { hardenApp, hardenDefaultSession } from './hardening.ts';
import { openDefinitionFolder } from './definition-folder.ts';
import { ownFiles } from './journal/own-files.ts';
import { openRecordFolder } from './journal/record-folder.ts';
import { createKeyboardGrab } from './keyboard-grab.ts';
import { createLocalSources } from './local-sources.ts';
import { openLog } from './log.ts';
import { chooseLoginFile } from './login-file-dialog.ts';
import { setMenu } from './menu.ts';
import { guestConsolePath } from './menu-paths.ts';
import { watchNetwork } from './network-watch.ts';
import { openRecentMedia } from './recent-media-file.ts';
import { openMemory } from './remembered.ts';
import { grantAccess } from './grant-access.ts';
import { createExternalViewers } from './external-viewers.ts';
import { createRemoteViewer } from './remote-viewer.ts';
import { openSchemas } from './schemas/schemas.ts';
import { openSettings } from './settings-file.ts';
import { openTemplates } from './templates-file.ts';
import { isOnlyInstance } from './single-instance.ts';
import { backgroundColor, openAppWindow } from './window.ts';

/** Longer than operations under way are given to end by themselves. */
const CLOSE_MS = 8000;

const refused = refusal(process.argv.slice(1), app.isPackaged, process.getuid?.());
if (refused === null) start();
else {
  process.stderr.write(`${refused.sentence}\n`);
  process.exit(refused.exitCode);
}

function start(): void {
  const folders = ownFolders(process.env, homedir());
  app.setPath('userData', folders.config);
  // Chromium's own files are neither configuration nor worth a backup.
  app.setPath('sessionData', join(folders.cache, 'chromium'));
  app.setPath('crashDumps', join(folders.cache, 'crashes'));
  if (!isOnlyInstance()) {
    app.quit();
    return;
  }
  hardenApp();
  registerAppScheme();
  const log = openLog(join(folders.state, 'guesthouse.log'));
  void run(folders, log).catch((error: unknown) => {
    log(`Cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.stderr.write(`Guesthouse cannot start; see ${join(folders.state, 'guesthouse.log')}\n`);
    app.exit(1);
  });
}

async function run(folders: ReturnType<typeof ownFolders>, log: (line: string) => void): Promise<void> {
  const store = openSettings(join(folders.config, 'settings.json'), log);
  const saved = openHosts({ file: join(folders.config, 'hosts.json'), localUri: process.env['GUESTHOUSE_LOCAL_URI'], log });
  const [settings, hosts, memory] = await Promise.all([
    store.read(),
    saved.read(),
    openMemory(join(folders.state, 'window.json')),
    app.whenReady(),
  ]);
  const pages = createPages((caller) => consoleWindows.own(caller));
  const confirmations = createConfirmations(pages);
  const externalViewers = createExternalViewers(process.env);
  const viewer = createRemoteViewer({ env: process.env, log });
  const fullScreen = createFullScreen(pages);
  const keyboard = createKeyboardGrab({ pages, settings: settings.keyboard, log });
  const consoleWindows = createConsoleWindows({
    pages,
    memory,
    fullScreen,
    log,
    titleOf: (guest) => guesthouse.titleOf(guest),
    showApp: (guest) => showMainWindow(guestConsolePath(guest)),
  });

  const apply = ({ theme, keyboard: chosen }: Settings): void => {
    nativeTheme.themeSource = theme;
    keyboard.apply(chosen);
    setMenu({ theme, chooseTheme, mainWindow: () => mainWindow, hosts: () => guesthouse.hosts() });
  };
  const write = async (change: Partial<Settings>): Promise<Settings> => {
    const after = await store.write(change);
    apply(after);
    return after;
  };
  const chooseTheme = (theme: Settings['theme']): void => {
    write({ theme }).then(pages.publish.settings.changed, (error: unknown) => log(String(error)));
  };

  const guesthouse = createGuesthouse({
    backends,
    hosts,
    saveHosts: (all) => saved.write(all),
    publish: pages.publish,
    confirm: confirmations.confirm,
    confirmation: confirmations.handlers,
    consoleWindows,
    viewer,
    externalViewers,
    grantAccess,
    keyboard: keyboard.handlers,
    chooseFile: (window, what) => chooseSource(pages.windowOf(window), memory, what),
    chooseLoginFile: (window, what) => chooseLoginFile(pages.windowOf(window), what),
    media: createLocalSources(folders.cache),
    files: createDiskFiles({
      chooseImage: (window) => chooseImage(pages.windowOf(window), memory),
      chooseSave: (window, name) => chooseSave(pages.windowOf(window), memory, name),
    }),
    createPort: (window, ticket) => createConsolePort(pages.contentsOf(window), ticket),
    consoleSettings: openConsoleSettings(join(folders.config, 'consoles.json'), log),
    templates: openTemplates(join(folders.config, 'templates.json'), log),
    recentMedia: openRecentMedia(join(folders.state, 'recent-media.json'), log),
    clipboard: createDesktopClipboard(pages),
    journal: { shelf: openRecordFolder({ folder: join(folders.state, 'operations'), log }), files: ownFiles },
    definitions: openDefinitionFolder({ folder: join(folders.state, 'definitions'), log }),
    schemas: openSchemas(log),
    settings: { read: store.read, write },
    uuid: randomUUID,
    log,
  });
  attach(pages, guesthouse, log);
  const nudge = (): void => guesthouse.nudge();
  powerMonitor.on('resume', nudge);
  const stopWatching = watchNetwork(nudge);
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    stopWatching();
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS));
    void Promise.race([Promise.allSettled([guesthouse.close(), memory.flush(), viewer.close()]), late]).then(() => app.exit());
  });

  hardenDefaultSession();
  serveBundle();
  let mainWindow: BrowserWindow | null = null;
  apply(settings);
  const openMainWindow = (path?: string): BrowserWindow => {
    const window = openAppWindow(pages, memory, log, path);
    fullScreen.watch(window);
    window.on('closed', () => {
      mainWindow = null;
    });
    return window;
  };
  /** Made anew where it was closed and consoles kept the program alive. */
  const showMainWindow = (path?: string): void => {
    if (mainWindow === null) {
      mainWindow = openMainWindow(path);
      return;
    }
    mainWindow.show();
    mainWindow.focus();
    if (path !== undefined) void mainWindow.loadURL(`${origins.app}/#${path}`);
  };
  app.on('second-instance', () => showMainWindow());
  mainWindow = openMainWindow();
  nativeTheme.on('updated', () => {
    for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(backgroundColor());
  });
}
