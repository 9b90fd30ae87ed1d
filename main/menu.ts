import { app, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import type { Settings } from '#contract/settings';
import { origins } from './app-protocol.ts';

type Theme = Settings['theme'];

interface MenuOptions {
  readonly theme: Theme;
  readonly chooseTheme: (theme: Theme) => void;
  readonly mainWindow: () => BrowserWindow | null;
  /** The host whose wizard "New guest" opens. */
  readonly host: string;
}

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'Follow the desktop'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Replaces the whole menu: Electron's own has items of a web browser. */
export function setMenu({ theme, chooseTheme, mainWindow, host }: MenuOptions): void {
  // Only the part behind # changes, so the page stays and its router follows.
  const newGuest = (): void => void mainWindow()?.loadURL(`${origins.app}/#/hosts/${host}/create`);
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
        submenu: [{ label: 'New guest', accelerator: 'CmdOrCtrl+N', click: newGuest }, { type: 'separator' }, { role: 'quit' }],
      },
      { role: 'editMenu' },
      { label: 'View', submenu: view },
      { label: 'Help', submenu: [{ label: 'About Guesthouse', click: () => app.showAboutPanel() }] },
    ]),
  );
}
