import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureAppBuild } from './app-build.mjs';
import { bootstrap } from './bootstrap.mjs';
import { startDisplay } from './display.mjs';
import { runScript } from './report.mjs';
import { ROOT } from './repository.mjs';

await runScript(async () => {
  await bootstrap(['runtime', 'test', 'bench']);
  await ensureAppBuild();
  const script = await bundleBench();
  const display = await startDisplay();
  const env = { ...process.env, DISPLAY: display.name, WAYLAND_DISPLAY: undefined, XAUTHORITY: undefined };
  const { status } = spawnSync(process.execPath, ['--expose-gc', script, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', env });
  await display.stop();
  return status ?? 1;
});

/**
 * Built as the app is, since a test runner's transformed code would be slower. The bundle lies
 * as deep in the repository as its sources, which find their files by `../..`; the set-up's
 * own scripts, which do not, stay where they are.
 */
async function bundleBench() {
  const { build } = await import('vite');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: ['playwright-core'] },
    build: {
      ssr: 'test/bench/bench.ts',
      outDir: 'out/bench',
      target: 'node20',
      rolldownOptions: { external: /\/build\/.*\.mjs$/, output: { codeSplitting: false } },
    },
  });
  return join(ROOT, 'out/bench/bench.js');
}
