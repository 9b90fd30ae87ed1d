import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from './launch.ts';

// E10-E12 of the security bar: the window shows its page and nothing else, whatever the page wants.

let running: RunningApp;
let address = '';
beforeAll(async () => {
  running = await startApp();
  await running.app.evaluate(({ shell }) => {
    Reflect.set(globalThis, 'opened', []);
    shell.openExternal = async (url) => void Reflect.get(globalThis, 'opened').push(url);
  });
  address = running.page.url();
  await running.page.evaluate(() => Reflect.set(window, 'marker', 'this very page'));
});
afterAll(() => running.stop());

afterEach(async () => {
  await running.page.waitForTimeout(200);
  expect(await running.page.evaluate(() => [Reflect.get(window, 'marker'), window.origin])).toEqual(['this very page', 'app://bundle']);
  expect(running.page.url()).toBe(address);
  expect(running.app.windows()).toHaveLength(1);
  expect(await running.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  expect(await running.app.evaluate(() => Reflect.get(globalThis, 'opened'))).toEqual([]);
});

const elsewhere = [
  'http://127.0.0.1:1/',
  'https://example.org/',
  'file:///etc/passwd',
  'app://confirm/',
  'app://bundle/assets/',
  'data:text/html,x',
  'chrome://gpu/',
  'devtools://devtools/bundled/inspector.html',
];

test.each(elsewhere)('E10: location = %s', async (url) => {
  await running.page.evaluate((target) => setTimeout(() => (window.location.href = target)), url);
});

test('E10: a blob of its own', async () => {
  await running.page.evaluate(() => {
    const url = URL.createObjectURL(new Blob(['<script>1</script>'], { type: 'text/html' }));
    setTimeout(() => window.location.assign(url));
  });
});

test('E10: a link, a form and a refresh', async () => {
  await running.page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.org/';
    document.body.append(link);
    link.click();
    const form = document.createElement('form');
    form.method = 'post';
    form.action = 'https://example.org/';
    document.body.append(form);
    form.submit();
    const meta = document.createElement('meta');
    meta.httpEquiv = 'refresh';
    meta.content = '0;url=https://example.org/';
    document.head.append(meta);
    for (const element of [link, form, meta]) setTimeout(() => element.remove(), 100);
  });
});

test('E10: a frame', async () => {
  await running.page.evaluate(async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    frame.contentWindow?.location.assign('http://127.0.0.1:1/');
    await new Promise((resolve) => setTimeout(resolve, 200));
    frame.remove();
  });
});

test.each([
  ['an address', { items: [{ mimeType: 'text/uri-list', data: 'http://127.0.0.1:1/' }], dragOperationsMask: 1 }],
  ['a file', { items: [], files: ['/etc/hostname'], dragOperationsMask: 1 }],
])('E10: %s dropped on the window', async (_what, data) => {
  const session = await running.page.context().newCDPSession(running.page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
  await session.detach();
});

test('E10: redirects are refused for whoever asks', async () => {
  const prevented = await running.app.evaluate(({ webContents }) => {
    let count = 0;
    const event = { preventDefault: () => (count += 1) };
    for (const contents of webContents.getAllWebContents()) {
      for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])
        contents.emit(name, event, 'https://example.org/');
    }
    return count;
  });
  expect(prevented).toBe(4);
});

test.each([...elsewhere, 'about:blank', 'app://bundle/', ''])('E11: window.open(%s)', async (url) => {
  expect(await running.page.evaluate((target) => window.open(target) === null, url)).toBe(true);
});

test.each([
  ['a click', undefined, 'left'],
  ['a middle click', undefined, 'middle'],
  ['a click with Shift', 'Shift', 'left'],
  ['a click with Ctrl', 'Control', 'left'],
] as const)('E11: %s on a link', async (_what, key, button) => {
  const { mouse, keyboard } = running.page;
  for (const target of ['_blank', 'other', '_self']) {
    await running.page.evaluate((name) => {
      const link = document.createElement('a');
      link.href = 'https://example.org/';
      link.target = name;
      link.id = 'link-of-the-test';
      link.style.cssText = 'position:fixed;inset:0;z-index:9999';
      link.addEventListener('mouseup', () => setTimeout(() => link.remove(), 50));
      document.body.append(link);
    }, target);
    if (key !== undefined) await keyboard.down(key);
    await mouse.click(300, 300, { button });
    if (key !== undefined) await keyboard.up(key);
    await expect.poll(() => running.page.evaluate(() => document.getElementById('link-of-the-test'))).toBe(null);
  }
});

test('E12: nothing is handed to other programs', async () => {
  const urls = [
    'file:///etc/passwd',
    'file://server/share',
    'smb://server/share',
    'ssh://host/',
    'sftp://host/',
    'javascript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    'vnc://host/',
    'spice://host/',
    'mailto:a@b',
    'tel:1',
    'steam://run/1',
    'vscode://file/etc/passwd',
    'https://good.example@evil.example/',
    'https://xn--e1awd7f.example/',
    'https://good.example\n.evil.example/',
    'http://127.0.0.1/',
    'https://example.org/',
    'ms-settings:',
    'x-unknown:y',
  ];
  await running.page.evaluate(async (targets) => {
    for (const target of targets) {
      window.open(target);
      window.open(target, '_blank', 'noopener');
      const link = document.createElement('a');
      link.setAttribute('href', target);
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }, urls);
  // Not even a wrapper exists that could be tricked.
  const main = join(await running.app.evaluate(({ app }) => app.getAppPath()), 'main.cjs');
  expect(await readFile(main, 'utf8')).not.toMatch(/\bopenExternal\b/);
});

test('E10: a page that goes to about:blank, which nobody can stop, is loaded again', async () => {
  await running.page.evaluate(() => setTimeout(() => (window.location.href = 'about:blank')));
  await expect.poll(() => running.log()).toContain('about:blank');
  await running.page.waitForURL(address);
  await running.page.waitForSelector('#root > *');
  await running.page.evaluate(() => Reflect.set(window, 'marker', 'this very page'));
});
