import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/** @typedef {import('vite').InlineConfig} InlineConfig */
/** @typedef {import('vite').Rolldown.RolldownOutput} RolldownOutput */
/** @typedef {import('vite').Rolldown.OutputChunk} OutputChunk */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'out');
const APP = join(OUT, 'app');
const STAMP = join(OUT, 'app.stamp');
const SOURCES = ['main', 'preload', 'renderer', 'backends', 'build/bundle.mjs', 'package.json', 'package-lock.json'];

/** What the page may load before it can be used, gzipped. Consoles, editor and charts come when they are first shown. */
const INITIAL_SCRIPT_LIMIT = 500_000;

// The oldest runtime that the app works on: Electron 25.
const NODE = 'node18';
const CHROME = 'chrome114';

/**
 * Builds out/app, the folder that Electron is started with and that is packaged: there is one artifact, and it is the one tested.
 * Does nothing where no source has changed since.
 */
export async function bundle() {
  const stamp = fingerprint();
  if (existsSync(APP) && readOptional(STAMP) === stamp) return;
  const started = performance.now();
  const environment = process.env['NODE_ENV'];
  // Vite goes by it, and a test runner that builds has it set to "test": there is one artifact whoever builds it.
  process.env['NODE_ENV'] = 'production';
  mkdirSync(OUT, { recursive: true });
  const work = mkdtempSync(join(OUT, 'app-'));
  try {
    const page = await buildAll(work);
    chmodSync(work, 0o755);
    // Not before all is there: a window may be starting from the old one.
    rmSync(APP, { recursive: true, force: true });
    renameSync(work, APP);
    writeFileSync(STAMP, stamp);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`Built out/app in ${seconds} s; the page starts with ${Math.round(page / 1000)} kB of JavaScript (gzip)`);
    if (page > INITIAL_SCRIPT_LIMIT) throw new Error(`The page may start with ${INITIAL_SCRIPT_LIMIT / 1000} kB at most`);
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} outDir
 * @returns {Promise<number>} gzipped bytes of JavaScript that the page starts with
 */
async function buildAll(outDir) {
  // Loaded here, so that a run with nothing to do stays fast.
  const { build } = await import('vite');
  const { default: react } = await import('@vitejs/plugin-react');
  await build(commonJs(outDir, 'main', 'main/index.ts', NODE));
  await build(commonJs(outDir, 'preload', 'preload/preload.ts', CHROME));
  const page = await build({
    ...common,
    root: join(ROOT, 'renderer'),
    plugins: [react()],
    build: {
      outDir: join(outDir, 'renderer'),
      emptyOutDir: false,
      target: CHROME,
      // The page's policy knows no data: fonts; a file is a file.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        input: {
          index: join(ROOT, 'renderer/index.html'),
          confirm: join(ROOT, 'renderer/confirm.html'),
          console: join(ROOT, 'renderer/console.html'),
        },
        // Chunks that two pages share would otherwise run before what the page's first import sets up: renderer/without-eval.ts.
        output: { strictExecutionOrder: true },
      },
    },
  });
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify({ name, version, main: 'main.cjs' }, null, 2)}\n`);
  return initialScript(/** @type {RolldownOutput} */ (page));
}

/** @type {InlineConfig} */
const common = { root: ROOT, configFile: false, logLevel: 'warn', publicDir: false };

/**
 * One CommonJS file: Electron before 28 loads no ES module as its main script, and no sandboxed preload ever does.
 * @param {string} outDir
 * @param {string} name
 * @param {string} entry
 * @param {string} target
 * @returns {InlineConfig}
 */
function commonJs(outDir, name, entry, target) {
  return {
    ...common,
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      target,
      rolldownOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: `${name}.cjs`, codeSplitting: false } },
    },
  };
}

/** @param {RolldownOutput} page */
function initialScript({ output }) {
  /** @type {Map<string, OutputChunk>} */
  const chunks = new Map();
  for (const file of output) if (file.type === 'chunk') chunks.set(file.fileName, file);
  /** @type {Set<string>} */
  const needed = new Set();
  const need = (/** @type {string} */ fileName) => {
    if (needed.has(fileName)) return;
    needed.add(fileName);
    chunks.get(fileName)?.imports.forEach(need);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry && chunk.name === 'index') need(chunk.fileName);
  return [...needed].reduce((sum, fileName) => sum + gzipSync(chunks.get(fileName)?.code ?? '').byteLength, 0);
}

/** Changes whenever a source file is changed, added or removed. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
    else hash.update(`${path} ${status?.size} ${status?.mtimeMs}\n`);
  };
  for (const source of SOURCES) visit(join(ROOT, source));
  return hash.digest('hex');
}

/** @param {string} path */
function readOptional(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundle();
