import './node-version.mjs';
import { bootstrap } from './bootstrap.mjs';
import { runScript, say } from './report.mjs';

await runScript(async () => {
  if (!(await bootstrap(['runtime', 'test']))) return 1;
  say('All that Guesthouse and its tests need is there.');
  return 0;
});
