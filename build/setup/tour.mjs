import './node-version.mjs';
import { ensureAppBuild } from './app-build.mjs';
import { bootstrap } from './bootstrap.mjs';
import { startDisplay } from './display.mjs';
import { inOwnNetwork } from './own-network.mjs';
import { runScript } from './report.mjs';
import { testGuestFolder } from './test-guest.mjs';
import { vitestStep } from './test-steps.mjs';

await runScript(async () => {
  await bootstrap(['runtime', 'test']);
  await testGuestFolder();
  const code = await inOwnNetwork();
  if (code !== undefined) return code;
  await ensureAppBuild();
  // Where there is a display, the person at it can watch.
  const display = process.env['DISPLAY'] ? undefined : await startDisplay();
  if (display !== undefined) process.env['DISPLAY'] = display.name;
  const { failed } = await vitestStep('tour', ['tour'], { plain: true });
  await display?.stop();
  return failed.length === 0 ? 0 : 1;
});
