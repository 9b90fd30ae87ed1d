import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from './launch.ts';

// E17 of the security bar. The packaged app refuses whoever would drive it, so here the same main.cjs is told that it is packaged.

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ flavour: 'believed-packaged' });
});
afterAll(() => running.stop());

test('E17: there are no developer tools', async () => {
  expect(await running.app.evaluate(({ app }) => app.isPackaged)).toBe(true);
  for (const keys of ['F12', 'Control+Shift+I', 'Control+Shift+J', 'Control+Shift+C']) await running.page.keyboard.press(keys);
  const found = await running.app.evaluate(async ({ Menu, webContents }) => {
    const [contents] = webContents.getAllWebContents();
    contents?.openDevTools();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const roles = (menu: Electron.Menu | null | undefined): (string | undefined)[] =>
      menu?.items.flatMap(({ role, submenu }) => [role, ...roles(submenu)]) ?? [];
    return { open: contents?.isDevToolsOpened(), pages: webContents.getAllWebContents().length, roles: roles(Menu.getApplicationMenu()) };
  });
  expect(found.open).toBe(false);
  expect(found.pages).toBe(1);
  const lowercase = found.roles.map((role) => role?.toLowerCase());
  expect(lowercase).toContain('togglefullscreen');
  for (const role of ['toggledevtools', 'reload', 'forcereload']) expect(lowercase).not.toContain(role);
});
