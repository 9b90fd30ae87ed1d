import { execFile } from 'node:child_process';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { setPasswordCommand } from '../../backends/model/container-login.ts';
import type { GuestSource } from '../../backends/model/guest-source.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { hashPassword } from '../../backends/sources/password-hash.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { Reader } from '../conformance/bytes.ts';
import { makePool } from '../faults/storage-bed.ts';

// What a new container calls itself and who may log in at its console, in libvirt's real LXC driver.
const run = promisify(execFile);
const PATIENCE_MS = 60_000;
const PASSWORD = 'Käse & “$6$”';
const idMap = { start: 300_000, count: 65_536 };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let pool: string;
let hash: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'roots');
  hash = await hashPassword(PASSWORD);
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
});
afterEach(async () => {
  for (const { id } of await connection.listGuests()) await connection.deletion?.delete(id, [], quietOperation());
  await connection.close();
});

/** A folder with a system whose first program asks who logs in, as a getty does. */
async function makeSystem(name: string, etc: Record<string, string>): Promise<string> {
  const system = join(daemon.dir, name);
  for (const folder of ['bin', 'sbin', 'etc', 'dev', 'proc', 'sys', 'tmp', 'root']) await mkdir(join(system, folder), { recursive: true });
  await copyFile('/bin/busybox', join(system, 'bin/busybox'));
  for (const each of ['sh', 'login', 'passwd', 'id', 'cat', 'grep', 'stat']) await symlink('busybox', join(system, 'bin', each));
  await writeFile(join(system, 'sbin/init'), '#!/bin/sh\nwhile :; do /bin/login; done\n', { mode: 0o755 });
  for (const [file, text] of Object.entries(etc)) await writeFile(join(system, 'etc', file), text);
  return system;
}
async function pack(system: string): Promise<string> {
  await run('tar', ['--owner=0', '--group=0', '-C', system, '-cf', `${system}.tar`, '.']);
  return `${system}.tar`;
}
const request = (name: string, archive: string, more: Partial<Extract<GuestSource, { kind: 'container-os' }>> = {}) => {
  const from = { kind: 'file', token: chosenToken } as const;
  const known = { hostname: name, rootPasswordHash: hash };
  const source = { kind: 'container-os', from, into: 'roots', init: '/sbin/init', idMap, ...known, ...more } as const;
  return guestRequest(plainSpec(name, { source, firmware: null, memory: 64 * MiB }), archive);
};
function creation() {
  if (connection.creation === null) throw new Error('this host makes containers');
  return connection.creation;
}
async function openConsole(id: string) {
  const [console] = (await connection.describeGuest(id)).consoles;
  const stream = await connection.openConsole(id, console?.name ?? '', { force: false });
  const reader = new Reader(stream);
  const type = (line: string) => stream.write(Buffer.from(`${line}\n`));
  return { type, until: (text: RegExp) => reader.until(text, PATIENCE_MS), close: () => stream.close() };
}

const users = 'root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\n';
const locked = 'root:*:19000:0:99999:7:::\nada:!:19000:0:99999:7:::\n';

test.each([
  ['users of their own', idMap, 300_000],
  ['the host’s users', null, 0],
])('root logs in at the console with the password, in a container with %s', async (_, map, owner) => {
  const name = `login-${owner}`;
  const system = await makeSystem(name, { passwd: users, shadow: locked, hostname: 'of-the-host\n', securetty: 'tty2\n' });
  await chmod(join(system, 'etc/shadow'), 0o000);
  const { operation, notes } = notedOperation();
  const id = await creation().create(request(name, await pack(system), { idMap: map }), operation);
  const console = await openConsole(id);
  await console.until(/login:/);
  await console.type('root');
  await console.until(/Password:/);
  await console.type('wrong');
  await console.until(/incorrect[^]*login:/);
  await console.type('root');
  await console.until(/Password:/);
  await console.type(PASSWORD);
  await console.until(/~ # /);
  await console.type('cat /etc/hostname; stat -c %a:%u:%g /etc/shadow; grep -c . /etc/securetty; echo the-end');
  expect(await console.until(/\nthe-end/)).toMatch(new RegExp(`\n${name}\r?\n0:0:0\r?\n4\r?\n`));
  await console.close();
  const shadow = await readFile(join(pool, name, 'etc/shadow'), 'utf8');
  expect(shadow).toMatch(/^root:\$6\$[^:]*:\d{5}:0:99999:7:::\nada:!:19000:0:99999:7:::\n$/);
  expect((await lstat(join(pool, name, 'etc/shadow'))).uid).toBe(owner);
  expect(await readFile(join(pool, name, 'etc/passwd'), 'utf8')).toBe(users);
  // The secret is in nothing that is kept or shown.
  const { definition, command } = await creation().preview(request('again', `${system}.tar`, { idMap: map }));
  expect(command).toContain(`systemd-firstboot --root=${join(pool, 'again')} --force --hostname=again --prompt-root-password`);
  expect(JSON.stringify({ notes, definition, command })).not.toContain(hash.slice(3, 20));
});

test('where a system keeps no shadow of its passwords it gets one, and a hostname that it had not', async () => {
  const system = await makeSystem('bare', { passwd: 'root::0:0:root:/root:/bin/sh' });
  await creation().create(request('bare', await pack(system)), quietOperation());
  const at = (file: string) => join(pool, 'bare/etc', file);
  expect(await readFile(at('passwd'), 'utf8')).toBe('root:x:0:0:root:/root:/bin/sh\n');
  expect(await readFile(at('shadow'), 'utf8')).toBe(`root:${hash}:${Math.floor(Date.now() / 86_400_000)}:0:99999:7:::\n`);
  expect((await lstat(at('shadow'))).mode & 0o777).toBe(0o600);
  expect(await readFile(at('hostname'), 'utf8')).toBe('bare\n');
  expect((await readdir(join(pool, 'bare/etc'))).sort()).toEqual(['hostname', 'passwd', 'shadow']);
});

test('without a password the files of the users stay as they are', async () => {
  const system = await makeSystem('as-it-is', { passwd: users, shadow: locked, hostname: 'its-own\n' });
  await creation().create(request('as-it-is', await pack(system), { hostname: null, rootPasswordHash: null }), quietOperation());
  expect(await readFile(join(pool, 'as-it-is/etc/shadow'), 'utf8')).toBe(locked);
  expect(await readFile(join(pool, 'as-it-is/etc/hostname'), 'utf8')).toBe('its-own\n');
});

test.each([
  ['users of their own', 'Later', idMap],
  ['the host’s users', 'at last', null],
])('root gets a password later by the command that is shown, in a container with %s', async (_, name, map) => {
  const system = await makeSystem(name, { passwd: users, shadow: locked });
  const told = { hostname: null, rootPasswordHash: null, idMap: map };
  await creation().create(request(name, await pack(system), told), quietOperation());
  await run(daemon.enter[0], [...daemon.enter.slice(1), 'sh', '-c', `sudo() { "$@"; }; yes a1b2c3d4e5 | ${setPasswordCommand(name)}`]);
  const shadow = await readFile(join(pool, name, 'etc/shadow'), 'utf8');
  expect(shadow).toMatch(/^root:\$[^:]+:\d{5}:0:99999:7:::\nada:!/);
});

test('links of a hostile archive lead to nothing of the host, and files without a root have no password to be set', async () => {
  const outside = join(daemon.dir, 'outside');
  await mkdir(outside);
  await chmod(outside, 0o777);
  const secrets = { passwd: users, shadow: locked, hostname: 'host\n' };
  for (const [file, text] of Object.entries(secrets)) await writeFile(join(outside, file), text);
  for (const file of Object.keys(secrets)) await chmod(join(outside, file), 0o666);
  const linked = async (name: string, file: string) => {
    const system = await makeSystem(name, { passwd: users, shadow: locked });
    await rm(join(system, 'etc', file), { force: true });
    await symlink(join(outside, file), join(system, 'etc', file));
    return pack(system);
  };
  const folder = await makeSystem('linked-etc', {});
  await run('rmdir', [join(folder, 'etc')]);
  await symlink(outside, join(folder, 'etc'));
  const archives = [
    await linked('linked-passwd', 'passwd'),
    await linked('linked-shadow', 'shadow'),
    await pack(folder),
    await pack(await makeSystem('of-nobody', { passwd: 'ada:x:1000:1000::/:/bin/sh\n' })),
  ];
  const before = await readdir(pool);
  for (const map of [idMap, null]) {
    for (const archive of archives) {
      const made = creation().create(request('trap', archive, { idMap: map }), quietOperation());
      await expect(made, archive).rejects.toMatchObject({ code: 'bad-file', message: expect.stringContaining('no user “root”') });
    }
  }
  expect(await readdir(pool)).toEqual(before);
  const named = await linked('linked-hostname', 'hostname');
  await creation().create(request('kept', named, { idMap: null, rootPasswordHash: null }), quietOperation());
  for (const [file, text] of Object.entries(secrets)) expect(await readFile(join(outside, file), 'utf8'), file).toBe(text);
});
