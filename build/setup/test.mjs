import './node-version.mjs';
import { ensureAppBuild } from './app-build.mjs';
import { bootstrap } from './bootstrap.mjs';
import { startDisplay } from './display.mjs';
import { inOwnNetwork } from './own-network.mjs';
import { runScript, say } from './report.mjs';
import { testGuestFolder } from './test-guest.mjs';
import { checkStep, reportLines, vitestStep } from './test-steps.mjs';

await runScript(async () => {
  await bootstrap(['runtime', 'test']);
  await testGuestFolder();
  const code = await inOwnNetwork();
  if (code !== undefined) return code;
  await ensureAppBuild();
  const results = [checkStep('types', ['tsc', '-b']), checkStep('lint', ['oxlint', '--type-aware', '--deny-warnings'])];
  // A screen of the tests' own: their windows neither need the user's nor cover it.
  const display = await startDisplay();
  process.env['DISPLAY'] = display.name;
  delete process.env['WAYLAND_DISPLAY'];
  delete process.env['XAUTHORITY'];
  results.push(await vitestStep('tests', ['unit', 'architecture', 'conformance', 'ui', 'app']));
  results.push(await vitestStep('tour', ['tour'], { plain: true }));
  await display.stop();
  say('');
  reportLines(results).forEach(say);
  return results.some((result) => result.failed.length > 0) ? 1 : 0;
});
