import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, protocol } from 'electron';
import type { Role } from '#contract/define';
import { bundleFile } from './bundle-path.ts';

/** Each kind of window has an origin of its own, so that a page can never be taken for another kind's. */
export const origins: Readonly<Record<Role, string>> = {
  app: 'app://bundle',
  console: 'app://console',
  confirmation: 'app://confirm',
};

const pages: ReadonlyMap<string, string> = new Map([
  ['bundle', 'index.html'],
  ['console', 'console.html'],
  ['confirm', 'confirm.html'],
]);

/** @param style what `style-src` permits beside our own files */
const policy = (style: string) =>
  [
    `default-src 'none'; script-src 'self'; style-src 'self'${style}; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'`,
    `worker-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    `require-trusted-types-for 'script'; trusted-types 'none'`,
  ].join('; ');

// xterm.js writes its colours and cell sizes into <style> elements and style attributes (DomRenderer.ts, DomRendererRowFactory.ts).
const withTerminals = policy(" 'unsafe-inline'");
const policies: ReadonlyMap<string, string> = new Map([
  ['bundle', withTerminals],
  ['console', withTerminals],
  ['confirm', policy('')],
]);

/** Before the app is ready. No `bypassCSP`, no `supportFetchAPI`; code caching spares V8 compiling the page at each start. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } }]);
}

/** Serves the built page, and nothing else, to the windows. */
export function serveBundle(): void {
  const root = join(app.getAppPath(), 'renderer');
  protocol.handle('app', async ({ url, method }) => {
    const file = method === 'GET' ? await bundleFile(root, pages, url) : null;
    if (file === null) return new Response('Not found', { status: 404, headers: { 'Content-Type': 'text/plain' } });
    return new Response(await readFile(file.path), {
      headers: {
        'Content-Type': file.type,
        'Content-Security-Policy': policies.get(new URL(url).host) ?? policy(''),
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Resource-Policy': 'same-origin',
      },
    });
  });
}
