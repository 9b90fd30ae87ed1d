import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {import('./window-user.mjs').WindowUser} WindowUser */

/**
 * @typedef {object} Relay
 * @property {string} uri connects the window's user to the system's libvirt
 * @property {() => void} close
 */

/**
 * A way for the unprivileged window of a root launcher to the system's libvirt, which lets
 * other users in by polkit only: that asks the D-Bus and a person, and there may be neither.
 * Root itself is never asked, and who started the window is root, so the launcher carries the
 * bytes, on a socket that none but root and the window's user can reach.
 * @param {WindowUser} user
 * @param {readonly string[]} targets libvirt's sockets, in the order to try
 * @returns {Promise<Relay>}
 */
export async function openRelay(user, targets) {
  const folder = mkdtempSync(join(tmpdir(), 'guesthouse-relay-'));
  // By this name the window's side knows that open files do not come through, which is how a program is handed a display.
  const path = join(folder, 'relayed-libvirt-sock');
  const server = createServer({ allowHalfOpen: true }, (client) => forward(client, targets));
  await new Promise((resolve, reject) => server.once('error', reject).listen(path, () => resolve(undefined)));
  chownSync(path, user.uid, user.gid);
  chmodSync(path, 0o600);
  chownSync(folder, user.uid, user.gid);
  return {
    uri: `qemu:///system?socket=${path}`,
    close() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * @param {import('node:net').Socket} client
 * @param {readonly string[]} targets
 */
function forward(client, targets) {
  const target = targets.find(existsSync);
  if (target === undefined) return client.destroy();
  const daemon = connect({ path: target, allowHalfOpen: true });
  client.pipe(daemon).pipe(client);
  // Either side's failure is the other's; who reads learns it from the closed connection.
  client.on('error', () => daemon.destroy()).on('close', () => daemon.destroy());
  daemon.on('error', () => client.destroy()).on('close', () => client.destroy());
  return daemon;
}
