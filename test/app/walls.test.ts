import { symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from './launch.ts';

// E5-E7 of the security bar: what the page is made of and what may run in it.

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.stop());

const fetchStatus = (address: string): Promise<number | string> =>
  running.app.evaluate(({ net }, url) => net.fetch(url).then(({ status }) => status, String), address);

test('E5: the page has its own origin', async () => {
  expect(await running.page.evaluate(() => [window.origin, window.isSecureContext, location.href])).toEqual([
    'app://bundle',
    true,
    'app://bundle/',
  ]);
});

test('E5: nothing but the bundle is served', async () => {
  expect(await fetchStatus('app://bundle/')).toBe(200);
  const script = await running.page.evaluate(() => document.querySelector('script')?.src ?? '');
  expect(await fetchStatus(script)).toBe(200);
  const assets = join(await running.app.evaluate(({ app }) => app.getAppPath()), 'renderer/assets');
  await symlink('/etc/hostname', join(assets, 'outside.js'));
  const addresses = [
    'app://bundle/../main.cjs',
    'app://bundle/%2e%2e/main.cjs',
    'app://bundle/assets/..%2f..%2fmain.cjs',
    'app://bundle/assets/..%5c..%5cmain.cjs',
    'app://bundle/assets\\..\\..\\main.cjs',
    'app://bundle/%252e%252e/main.cjs',
    'app://bundle//etc/passwd',
    'app://bundle/%2fetc%2fpasswd',
    `${script}.`,
    `${script}/`,
    `${script}%3f`,
    `${script}?x`,
    script.replace('bundle', 'other'),
    script.replace('bundle', 'bundle.'),
    'app://bundle/assets/outside.js',
    'app://bundle/confirm.html',
    'app://bundle/assets/',
  ];
  const statuses = await Promise.all(addresses.map(fetchStatus));
  await unlink(join(assets, 'outside.js'));
  // Electron's own parser refuses this one.
  expect(await fetchStatus(`${script}%00`)).toBe('TypeError: Invalid URL');
  expect(Object.fromEntries(addresses.map((address, at) => [address, statuses[at]]))).toEqual(
    Object.fromEntries(addresses.map((address) => [address, 404])),
  );
});

test('E6: the document comes with the whole policy', async () => {
  const response = await running.page.reload();
  expect(response?.headers()).toMatchObject({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' });
  const confirm = await running.app.evaluate(({ net }) =>
    net.fetch('app://confirm/').then(({ headers }) => headers.get('content-security-policy')),
  );
  expect(confirm).toBe(POLICY.replace(" 'unsafe-inline'", ''));
});

/** Each tries to run code or to reach out. They run in a task of the page: what Playwright evaluates itself is above the policy. */
const attempts: Readonly<Record<string, string>> = {
  'inline script': `const s = document.createElement('script'); s.append('window.broken = 1'); document.body.append(s);`,
  'event attribute': `const b = document.createElement('button'); b.setAttribute('onclick', 'window.broken = 1'); document.body.append(b); b.click();`,
  'javascript: link': `const a = document.createElement('a'); a.href = 'javascript:void(window.broken = 1)'; document.body.append(a); a.click();`,
  eval: `eval('window.broken = 1');`,
  'Function constructor': `new Function('window.broken = 1')();`,
  'timer with text': `setTimeout('window.broken = 1', 0);`,
  'script from elsewhere': `const s = document.createElement('script'); s.src = 'https://127.0.0.1:1/x.js'; document.body.append(s);`,
  'image from elsewhere': `new Image().src = 'http://127.0.0.1:1/x.png';`,
  fetch: `fetch('http://127.0.0.1:1/').catch(() => undefined);`,
  WebSocket: `new WebSocket('ws://127.0.0.1:1/');`,
  EventSource: `new EventSource('http://127.0.0.1:1/');`,
  beacon: `navigator.sendBeacon('http://127.0.0.1:1/', 'x');`,
  frame: `const f = document.createElement('iframe'); f.src = 'http://127.0.0.1:1/'; document.body.append(f);`,
  'frame of our own page': `const f = document.createElement('iframe'); f.src = 'app://bundle/'; document.body.append(f);`,
  'frame with data': `const f = document.createElement('iframe'); f.src = 'data:text/html,x'; document.body.append(f);`,
  worker: `new Worker(URL.createObjectURL(new Blob(['1'])));`,
  'style sheet from elsewhere': `const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'http://127.0.0.1:1/x.css'; document.head.append(l);`,
  'font from elsewhere': `new FontFace('x', 'url(http://127.0.0.1:1/x.woff2)').load().catch(() => undefined);`,
  'form to elsewhere': `const f = document.createElement('form'); f.action = 'http://127.0.0.1:1/'; document.body.append(f); f.submit();`,
  'other base': `const b = document.createElement('base'); b.href = 'http://127.0.0.1:1/'; document.head.append(b);`,
  plugin: `const o = document.createElement('object'); o.data = 'http://127.0.0.1:1/x'; document.body.append(o);`,
};

test.each(Object.entries(attempts))('E6: %s is stopped and reported', async (_name, code) => {
  const outcome = await running.page.evaluate(async (attempt) => {
    const reports: string[] = [];
    const report = (event: SecurityPolicyViolationEvent): void => void reports.push(event.effectiveDirective);
    document.addEventListener('securitypolicyviolation', report);
    // The attempt itself has to be let in; the policy in force is that of this task.
    const run = Reflect.construct(Function, [attempt]);
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        try {
          Reflect.apply(run, window, []);
        } catch {
          // Refused on the spot.
        }
        setTimeout(resolve, 150);
      });
    });
    document.removeEventListener('securitypolicyviolation', report);
    return { reports, broken: 'broken' in window };
  }, code);
  expect(outcome.reports).not.toEqual([]);
  expect(outcome.broken).toBe(false);
});

test('E7: no text becomes markup or code', async () => {
  const outcomes = await running.page.evaluate(() => {
    const element = document.createElement('div');
    const script = document.createElement('script');
    const frame = document.createElement('iframe');
    const tries: Record<string, () => void> = {
      innerHTML: () => (element.innerHTML = '<b>x</b>'),
      outerHTML: () => ((document.body.appendChild(element).outerHTML = '<b>x</b>'), undefined),
      insertAdjacentHTML: () => element.insertAdjacentHTML('beforeend', '<b>x</b>'),
      'document.write': () => document.write('x'),
      srcdoc: () => (frame.srcdoc = 'x'),
      'script.textContent': () => (script.textContent = 'x'),
      'script.src': () => (script.src = 'app://bundle/x.js'),
      DOMParser: () => void new DOMParser().parseFromString('<b>x</b>', 'text/html'),
      createPolicy: () => Reflect.get(window, 'trustedTypes').createPolicy('x', { createHTML: (text: string) => text }),
    };
    return Object.entries(tries).map(([name, attempt]) => {
      try {
        attempt();
        return `${name}: went through`;
      } catch (error) {
        return `${name}: ${error instanceof Error ? error.name : String(error)}`;
      }
    });
  });
  expect(outcomes.filter((outcome) => !outcome.endsWith(': TypeError'))).toEqual([]);
});

test('the page itself breaks none of this', async () => {
  const reports: string[] = [];
  running.page.on('console', (message) => reports.push(message.text()));
  await running.page.reload();
  await running.page.waitForTimeout(1000);
  expect(reports.filter((text) => /Content Security Policy|TrustedScript|Trusted Types|Refused to/i.test(text))).toEqual([]);
});
