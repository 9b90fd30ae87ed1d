import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, createServer, preview, type InlineConfig } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'out/harness');
/** Milliseconds after which nobody can be using what was built of older sources. */
const stale = 3_600_000;
const sources = ['backends', 'main', 'preload/contract', 'renderer', 'test/ui', 'package-lock.json'];

/** React's development build, so that its warnings fail tests. */
const config: InlineConfig = {
  root: join(root, 'test/ui'),
  configFile: false,
  logLevel: 'warn',
  mode: 'development',
  plugins: [react()],
  publicDir: false,
  define: { 'process.env.NODE_ENV': '"development"' },
};

export interface Served {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** The harness as files, built anew only where a source has changed since: what the UI's tests open. */
export async function serveBuilt(): Promise<Served> {
  const outDir = join(built, fingerprint());
  mkdirSync(built, { recursive: true });
  if (!existsSync(outDir)) {
    // Whole or not at all, and never over what another run is being served.
    const work = mkdtempSync(join(built, 'new-'));
    await build({
      ...config,
      build: {
        outDir: work,
        emptyOutDir: false,
        minify: false,
        target: 'chrome114',
        chunkSizeWarningLimit: 20_000,
        rolldownOptions: { input: ['index.html', 'confirm.html', 'console.html'].map((page) => join(root, 'test/ui', page)) },
      },
    });
    if (existsSync(outDir)) rmSync(work, { recursive: true });
    else renameSync(work, outDir);
  }
  utimesSync(outDir, new Date(), new Date());
  removeStale();
  const server = await preview({ ...config, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  return { url: urlOf(server.resolvedUrls), close: async () => server.close() };
}

/** The harness as Vite's development server, which follows every change of a source: to work on the window in any browser. */
export async function serveLive(port: number): Promise<Served> {
  const server = await createServer({ ...config, server: { host: '127.0.0.1', port, fs: { allow: [root] } } });
  await server.listen();
  return { url: urlOf(server.resolvedUrls), close: async () => server.close() };
}

function urlOf(urls: { local: string[] } | null): string {
  const url = urls?.local[0];
  if (url === undefined) throw new Error('Vite tells no address');
  return url;
}

function removeStale(): void {
  for (const name of readdirSync(built)) {
    const path = join(built, name);
    // Another run may have just put its own into place.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.mtimeMs < Date.now() - stale) rmSync(path, { recursive: true, force: true });
  }
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else if (!path.includes('.test.')) hash.update(path).update(readFileSync(path));
  };
  for (const source of sources) add(join(root, source));
  return hash.digest('hex').slice(0, 16);
}
