import './node-version.mjs';
import { bootstrap } from './bootstrap.mjs';
import { runScript, say } from './report.mjs';

await runScript(async () => {
  await bootstrap(['runtime', 'test']);
  say('All that Guesthouse and its tests need is there.');
  return 0;
});
