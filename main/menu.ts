import { app, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import type { Settings } from '#contract/settings';
import type { Host } from '#model/host';
import { origins } from './app-protocol.ts';
import { ADD_CONNECTION, newGuestPath } from './menu-paths.ts';

type Theme = Settings['theme'];

interface MenuOptions {
  readonly theme: Theme;
  readonly chooseTheme: (theme: Theme) => void;
  readonly mainWindow: () => BrowserWindow | null;
  readonly hosts: () => readonly Host[];
}

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'Follow the desktop'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Replaces the whole menu: Electron's own has items of a web browser. */
export function setMenu({ theme, chooseTheme, mainWindow, hosts }: MenuOptions): void {
  // Only the part behind # changes, so the page stays and its router follows.
  const go = (path: string): void => void mainWindow()?.loadURL(`${origins.app}/#${path}`);
  const newGuest = (): void => go(newGuestPath(mainWindow()?.webContents.getURL() ?? '', hosts()));
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    {
      label: 'Theme',
      submenu: themes.map(([name, label]) => ({
        id: `theme-${name}`,
        label,
        type: 'radio',
        checked: name === theme,
        click: () => chooseTheme(name),
      })),
    },
  ];
  if (!app.isPackaged) view.push({ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: 'File',
        submenu: [
          { label: 'New guest', accelerator: 'CmdOrCtrl+N', click: newGuest },
          { label: 'Add connection…', accelerator: 'CmdOrCtrl+Shift+N', click: () => go(ADD_CONNECTION) },
          { type: 'separator' },
          { role: 'quit' },
        ],
      },
      { role: 'editMenu' },
      { label: 'View', submenu: view },
      { label: 'Help', submenu: [{ label: 'About Guesthouse', click: () => app.showAboutPanel() }] },
    ]),
  );
}
