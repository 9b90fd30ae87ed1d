import './node-version.mjs';
import { spawn } from 'node:child_process';
import { ensureAppBuild } from './app-build.mjs';
import { bootstrap } from './bootstrap.mjs';
import { electronCommand } from './electron-command.mjs';
import { SYSTEM_SOCKETS } from './libvirt-daemon.mjs';
import { openRelay } from './libvirt-relay.mjs';
import { runScript, say } from './report.mjs';
import { windowUser } from './window-user.mjs';

await runScript(async () => {
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    say('There is no display here to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).');
    say('Without one, `npm run tour` shows the app at work and leaves its screenshots in out/tour/.');
    return 2;
  }
  await bootstrap(['runtime']);
  const command = await electronCommand({ appDir: await ensureAppBuild() });
  const user = windowUser();
  // An account of the desktop's has its own way to libvirt (polkit, or the group libvirt).
  const relay = user !== undefined && user.name === undefined ? await openRelay(user, SYSTEM_SOCKETS) : undefined;
  const env = relay === undefined ? command.env : { ...command.env, GUESTHOUSE_LOCAL_URI: relay.uri };
  const code = await runWindow(command, env);
  relay?.close();
  return code;
});

/**
 * @param {import('./electron-command.mjs').ElectronCommand} command
 * @param {Record<string, string>} env
 * @returns {Promise<number>} its exit code
 */
function runWindow({ executable, args }, env) {
  return new Promise((resolve, reject) => {
    const window = spawn(executable, [...args, ...process.argv.slice(2)], { env, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => window.kill(signal));
    window.once('error', reject);
    window.once('exit', (code) => resolve(code ?? 1));
  });
}
