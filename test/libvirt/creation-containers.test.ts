import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { attribute, child, parseXml, path } from '../../backends/libvirt/xml/document.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { Reader } from '../conformance/bytes.ts';

// Containers by libvirt's LXC driver: real ones, in which something is typed.
const run = promisify(execFile);
const PATIENCE_MS = 60_000;
/** The users of the host that stand for a container's. */
const idMap = { start: 200_000, count: 1000 };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let root: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  root = join(daemon.dir, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc']) await mkdir(join(root, folder));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  await chmod(root, 0o755);
  await run('chown', ['-R', '-h', `${idMap.start}:${idMap.start}`, root]);
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
});
afterEach(async () => {
  for (const { id } of await connection.listGuests()) await connection.deletion?.delete(id, [], quietOperation());
  await connection.close();
});

function creation() {
  if (connection.creation === null) throw new Error('this host makes containers');
  return connection.creation;
}
const spec = (name: string, source: GuestSpec['source']) => plainSpec(name, { source, firmware: null, memory: 64 * MiB });
const wholeSystem = (map: typeof idMap | null) =>
  ({
    kind: 'container-os',
    from: { kind: 'file', token: chosenToken },
    into: null,
    init: '/bin/sh',
    idMap: map,
    hostname: null,
    rootPasswordHash: null,
  }) as const;

async function answerOf(id: string, line: string, answer: RegExp): Promise<string> {
  const [console] = (await connection.describeGuest(id)).consoles;
  const stream = await connection.openConsole(id, console?.name ?? '', { force: false });
  const reader = new Reader(stream);
  await stream.write(Buffer.from(`${line}\n`));
  const text = await reader.until(answer, PATIENCE_MS);
  await stream.close();
  return text;
}

test('a host of containers offers these roads and no others, and says why', async () => {
  const { roads, machine, graphics, firmwares } = await creation().offer();
  expect(roads.filter(({ why }) => why === null).map(({ kind }) => kind)).toEqual(['container-app', 'container-os']);
  expect(roads.find(({ kind }) => kind === 'iso')?.why).toContain('containers');
  expect(machine).toMatchObject({ type: 'lxc', abi: 'exe' });
  expect({ graphics, firmwares }).toEqual({ graphics: ['none'], firmwares: [] });
});

test('a whole system from a folder has its own users, no network of the host, and a console', async () => {
  const request = guestRequest(spec('whole', wholeSystem(idMap)), root);
  expect(await creation().check(request)).toEqual([]);
  const id = await creation().create(request, quietOperation());
  expect(await answerOf(id, 'busybox id -u; busybox cat /proc/self/uid_map', /200000/)).toMatch(/\n0\r?\n/);
  const devices = await answerOf(id, 'busybox ls /sys/class/net; echo the-end', /\nthe-end/);
  expect(devices).not.toMatch(/\n(eth|enp|br|virbr)/);
  const { stdout } = await run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, 'dumpxml', id]);
  const domain = parseXml(stdout);
  expect(attribute(path(domain, 'idmap', 'uid'), 'target')).toBe(String(idMap.start));
  expect(attribute(path(domain, 'devices', 'filesystem', 'source'), 'dir')).toBe(root);
  expect(child(path(domain, 'features'), 'privnet')).not.toBeNull();
  await connection.deletion?.delete(id, [], quietOperation());
  // What it was made from is not its own.
  expect((await readFile(join(root, 'bin/busybox'))).length).toBeGreaterThan(0);
});

test('one program sees the host’s own files, which is why it can have no map of users: that is told before', async () => {
  const source: GuestSpec['source'] = { kind: 'container-app', init: '/bin/sh', arguments: ['-i'], idMap: null };
  const mapped = await creation().check(guestRequest(spec('app', { ...source, idMap }), ''));
  expect(mapped).toMatchObject([{ field: 'host', severity: 'error', message: expect.stringContaining('maps no users') }]);
  const id = await creation().create(guestRequest(spec('app', source), ''), quietOperation());
  await answerOf(id, `head -c 4 ${join(root, 'bin/busybox')}; echo seen-$((6 * 7))`, /ELF[^]*seen-42/);
});

test('a folder of other users, no map at all and a machine’s medium are told before anything is made', async () => {
  const other = await creation().check(guestRequest(spec('x', wholeSystem({ start: 500_000, count: 10 })), root));
  expect(other).toMatchObject([{ field: 'media', severity: 'warning', message: expect.stringContaining('nobody in the container') }]);
  const none = await creation().check(guestRequest(spec('x', wholeSystem(null)), root));
  expect(none).toMatchObject([{ field: 'host', severity: 'warning', message: expect.stringContaining('root on the host') }]);
  const machine = await creation().check(guestRequest(plainSpec('x', { memory: 64 * MiB, firmware: null }), root));
  expect(machine).toContainEqual(expect.objectContaining({ field: 'host', severity: 'error' }));
});
