import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from './launch.ts';

// E1-E4 and E13 of the security bar: what a page of ours finds around itself.

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.stop());

test('E1 E2 E3 E4: every page is sandboxed, isolated and without extras', async () => {
  const preferences = await running.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => Reflect.get(contents, 'getLastWebPreferences').call(contents)),
  );
  expect(preferences).toHaveLength(1);
  for (const preference of preferences) {
    expect(preference).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      enableBlinkFeatures: '',
    });
  }
});

test('E1: the page has no way to Node or Electron', async () => {
  const found = await running.page.evaluate(() =>
    ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'ipcRenderer', 'electron', '__dirname'].filter(
      (name) => name in globalThis,
    ),
  );
  expect(found).toEqual([]);
});

test('E2: the kernel confines the page’s process', async () => {
  const processes = await running.app.evaluate(({ app }) => app.getAppMetrics().map(({ type, pid }) => ({ type, pid })));
  const pages = processes.filter(({ type }) => type === 'Tab');
  expect(pages).toHaveLength(1);
  for (const { pid } of pages) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).not.toMatch(/^Uid:\t0\t/m);
  }
  for (const { pid } of processes) expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('--no-sandbox');
});

test('E3: frames, workers and webviews get nothing', async () => {
  const found = await running.page.evaluate(async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inFrame = ['guesthouse', 'require', 'process'].filter((name) => frame.contentWindow !== null && name in frame.contentWindow);
    frame.remove();
    const script = document.querySelector('script')?.src ?? '';
    let worker = 'started';
    try {
      new Worker(script).terminate();
    } catch (error) {
      worker = String(error);
    }
    const view = document.createElement('webview');
    view.setAttribute('src', 'app://bundle/');
    document.body.append(view);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const viewMethods = ['loadURL', 'executeJavaScript', 'getWebContentsId'].filter((name) => name in view);
    view.remove();
    return { script, inFrame, worker, viewMethods };
  });
  expect(found).toEqual({
    script: expect.stringMatching(/^app:\/\/bundle\/assets\//),
    inFrame: [],
    worker: expect.stringMatching(/^TypeError/),
    viewMethods: [],
  });
  expect(await running.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
});

test('E13: the page holds two frozen functions', async () => {
  const surface = await running.page.evaluate(() => {
    const { guesthouse } = window;
    return {
      keys: Reflect.ownKeys(guesthouse),
      types: Object.values(guesthouse).map((value) => typeof value),
      frozen: [guesthouse, ...Object.values(guesthouse)].map((value) => Object.isFrozen(value)),
      writable: Object.getOwnPropertyDescriptor(window, 'guesthouse')?.writable,
      configurable: Object.getOwnPropertyDescriptor(window, 'guesthouse')?.configurable,
    };
  });
  expect(surface).toEqual({
    keys: ['invoke', 'subscribe'],
    types: ['function', 'function'],
    frozen: [true, true, true],
    writable: false,
    configurable: false,
  });
});

test('E13: listeners are given data and nothing else', async () => {
  const heard = running.page.evaluate(
    () =>
      new Promise<{ count: number; keys: string[]; prototype: boolean }>((resolve) => {
        window.guesthouse.subscribe('settings.changed', (...args: unknown[]) =>
          resolve({
            count: args.length,
            keys: Object.keys(Object(args[0])),
            prototype: Object.getPrototypeOf(args[0]) === Object.prototype,
          }),
        );
      }),
  );
  await running.page.evaluate(() => undefined);
  await running.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('theme-dark')?.click());
  expect(await heard).toEqual({ count: 1, keys: ['theme', 'sidebarWidth', 'sidebarOpen', 'manualConsoles', 'keyboard'], prototype: true });
  await expect.poll(() => running.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
});

test('E1: a page that spoils its own built-ins spoils nothing of ours', async () => {
  const reply = await running.page.evaluate(async () => {
    const spoilt = (): never => {
      throw new Error('spoilt');
    };
    const targets: [object, string][] = [
      [Array.prototype, 'push'],
      [Array.prototype, 'map'],
      [Function.prototype, 'call'],
      [Function.prototype, 'apply'],
      [JSON, 'parse'],
      [JSON, 'stringify'],
      [Reflect, 'apply'],
    ];
    const kept = targets.map(([owner, name]): unknown => Reflect.get(owner, name));
    for (const [owner, name] of targets) Reflect.set(owner, name, spoilt);
    try {
      return await window.guesthouse.invoke('settings.read', {});
    } finally {
      // Playwright needs them to carry the answer.
      for (let at = 0; at < targets.length; at += 1) Reflect.set(...(targets[at] ?? [{}, '']), kept[at]);
    }
  });
  expect(reply).toMatchObject({ ok: true, value: { theme: 'dark' } });
});
