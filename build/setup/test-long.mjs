import './node-version.mjs';
import { bootstrap } from './bootstrap.mjs';
import { cloudImageFolder, emulatedHostFolder } from './emulated-systems.mjs';
import { guestfsKernelFolder } from './guestfs-kernel.mjs';
import { modularDaemons } from './modular-daemons.mjs';
import { inOwnNetwork } from './own-network.mjs';
import { runScript, say } from './report.mjs';
import { testGuestFolder } from './test-guest.mjs';
import { reportLines, vitestStep } from './test-steps.mjs';

/** What is too long, or needs too much built, for every `npm test`. */
await runScript(async () => {
  await bootstrap(['runtime', 'test', 'long']);
  await testGuestFolder();
  await modularDaemons();
  await guestfsKernelFolder();
  await emulatedHostFolder();
  await cloudImageFolder();
  const code = await inOwnNetwork();
  if (code !== undefined) return code;
  const results = [await vitestStep('long tests', ['long'])];
  say('');
  reportLines(results).forEach(say);
  return results.some((result) => result.failed.length > 0) ? 1 : 0;
});
