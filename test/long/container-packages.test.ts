import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection, Operation } from '../../backends/backend.ts';
import type { Bootstrap } from '../../backends/model/guest-source.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { makeDebRepository } from '../bed/deb-repository.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { makeRpmRepository } from '../bed/rpm-repository.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { startWebServer } from '../bed/web-server.ts';
import { Reader } from '../conformance/bytes.ts';
import { inside, makePool } from '../faults/storage-bed.ts';

// The real dnf and debootstrap put containers together in libvirt's real LXC driver, from repositories of tiny packages.
const PATIENCE_MS = 120_000;
const idMap = { start: 300_000, count: 65_536 };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let pool: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'roots');
  connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
});
afterAll(async () => {
  for (const { id } of await connection.listGuests()) await connection.deletion?.delete(id, [], quietOperation());
  await connection.close();
  await daemon.stop();
});

/** A container of these packages; `steps` is what it was said to be doing meanwhile. */
async function made(name: string, system: Bootstrap) {
  const steps: string[] = [];
  const report: Operation['report'] = (step) => void steps.push(step);
  const source = {
    kind: 'container-os',
    from: { kind: 'bootstrap', system },
    into: 'roots',
    init: '/sbin/init',
    idMap,
    hostname: name,
    rootPasswordHash: null,
  } as const;
  const request = guestRequest(plainSpec(name, { source, firmware: null, memory: 128 * MiB }), '');
  if (connection.creation === null) throw new Error('this host makes containers');
  expect((await connection.creation.check(request)).filter(({ severity }) => severity === 'error')).toEqual([]);
  return { id: await connection.creation.create(request, quietOperation({ report })), steps };
}

/** Its init is run once more, since what it said before anybody listened is gone. */
async function firstWordsOf(id: string): Promise<string> {
  const [console] = (await connection.describeGuest(id)).consoles;
  const stream = await connection.openConsole(id, console?.name ?? '', { force: false });
  try {
    const reader = new Reader(stream);
    await stream.write(Buffer.from('/sbin/init\nstat -c %u:%g / /bin/busybox; echo the-end\n'));
    return await reader.until(/\nthe-end/, PATIENCE_MS);
  } finally {
    await stream.close();
  }
}

test('dnf makes a container of packages from the repositories of the host, and it starts', { timeout: 600_000 }, async () => {
  const dir = join(daemon.dir, 'rpm');
  await mkdir(dir);
  await rename(await makeRpmRepository(dir, 'made by dnf,'), join(dir, '42'));
  // Only this daemon and its containers see it.
  await inside(daemon, 'mount', '-t', 'tmpfs', 'dnf', '/etc/dnf');
  await writeFile(join(dir, 'dnf.conf'), '[main]\nreposdir=/etc/dnf/repositories\n');
  await writeFile(join(dir, 'tiny.repo'), ['[tiny]', 'name=Tiny', `baseurl=file://${dir}/$releasever`, 'gpgcheck=0', ''].join('\n'));
  await inside(daemon, 'install', '-D', '-t', '/etc/dnf/repositories', join(dir, 'tiny.repo'));
  await inside(daemon, 'install', '-t', '/etc/dnf', join(dir, 'dnf.conf'));
  // Of a release that the repositories do not have nothing is made, and dnf's own words are told.
  await expect(made('of-nothing', { tool: 'dnf', release: '41' })).rejects.toMatchObject({ reason: expect.stringContaining('tiny') });
  expect(await readdir(pool)).not.toContain('of-nothing');
  const { id, steps } = await made('of-rpms', { tool: 'dnf', release: '42' });
  expect(steps.join('\n')).toMatch(/Installing.*systemd/);
  // Nothing is drawn as on a terminal: no bars, no colours.
  expect(steps.join('\n')).not.toMatch(/\[(=|\d*m)/);
  const said = await firstWordsOf(id);
  expect(said).toContain('made by dnf, installed by 0');
  expect(said).toMatch(/0:0\r?\n0:0/);
  expect(await readdir(join(pool, 'of-rpms'))).not.toContain('.bootstrap');
});

test('debootstrap makes a container of packages that their maker signed, and it starts', { timeout: 600_000 }, async () => {
  const dir = join(daemon.dir, 'deb');
  await mkdir(dir);
  const { files, keyring } = await makeDebRepository(dir, 'bookworm', 'made by debootstrap,');
  const web = await startWebServer(files);
  try {
    const system = { tool: 'debootstrap', suite: 'bookworm', mirror: web.url } as const;
    // Whose signature the host does not know makes nothing.
    await expect(made('strangers', system)).rejects.toMatchObject({ reason: expect.stringContaining('Release') });
    expect(await readdir(pool)).not.toContain('strangers');
    await inside(daemon, 'mount', '-t', 'tmpfs', 'keys', '/usr/share/keyrings');
    await inside(daemon, 'cp', keyring, '/usr/share/keyrings/debian-archive-keyring.gpg');
    const { id, steps } = await made('of-debs', system);
    expect(steps.join('\n')).toContain('Base system installed successfully');
    const said = await firstWordsOf(id);
    expect(said).toContain('made by debootstrap, installed by 0');
    expect(said).toMatch(/0:0\r?\n0:0/);
    expect(await readdir(join(pool, 'of-debs'))).not.toContain('.bootstrap');
  } finally {
    await web.close();
  }
});
