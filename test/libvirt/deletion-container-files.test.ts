import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection, Operation } from '../../backends/backend.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { failure, inside, makePool } from '../faults/storage-bed.ts';

// The files of a container go with it only where a person said so, and nothing goes that is not among them.
const run = promisify(execFile);
const idMap = { start: 300_000, count: 65_536 };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let pool: string;
let archive: string;
/** What a link inside of each container leads to. */
let outside: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'roots');
  outside = join(daemon.dir, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'precious'), 'here');
  const system = join(daemon.dir, 'system');
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'a name/with spaces']) await mkdir(join(system, folder), { recursive: true });
  await copyFile('/bin/busybox', join(system, 'bin/busybox'));
  await symlink('busybox', join(system, 'bin/sh'));
  await symlink(outside, join(system, 'way-out'));
  await symlink(join(outside, 'precious'), join(system, 'file-out'));
  archive = join(daemon.dir, 'system.tar');
  await run('tar', ['-cf', archive, '-C', system, '.']);
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
});
afterEach(async () => {
  for (const { id } of await connection.listGuests()) await deletion().delete(id, [], quietOperation());
  await connection.close();
  await inside(daemon, 'sh', '-c', `rm -rf '${pool}'/*`);
  await daemon.virsh('pool-refresh', 'roots');
});

function deletion() {
  if (connection.deletion === null) throw new Error('this host deletes containers');
  return connection.deletion;
}

async function container(name: string): Promise<string> {
  const source = {
    kind: 'container-os',
    from: { kind: 'file', token: chosenToken },
    into: 'roots',
    init: '/bin/sh',
    idMap,
    hostname: null,
    rootPasswordHash: null,
  } as const;
  const request = guestRequest(plainSpec(name, { source, firmware: null, memory: 64 * MiB }), archive);
  const id = await connection.creation?.create(request, quietOperation());
  if (id === undefined) throw new Error('this host makes containers');
  return id;
}
/** One that somebody defined, with these folders of the host. */
async function defined(name: string, ...shares: readonly (readonly [source: string, target: string])[]): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  const filesystems = shares.map(([dir, at]) => `<filesystem type="mount"><source dir="${dir}"/><target dir="${at}"/></filesystem>`);
  const os = '<os><type>exe</type><init>/bin/sh</init></os>';
  await writeFile(
    file,
    `<domain type="lxc"><name>${name}</name><memory unit="MiB">64</memory>${os}<devices>${filesystems.join('')}</devices></domain>`,
  );
  const virsh = (...words: string[]) => run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, ...words]);
  await virsh('define', file);
  return (await virsh('domuuid', name)).stdout.trim();
}
const inPool = async () => (await readdir(pool)).sort();
const folderOf = async (id: string) => (await deletion().plan(id)).disks.find(({ folder }) => folder);

test('the files of a container go with it where that was ticked, and nothing else does', async () => {
  const path = join(pool, 'one');
  const neighbour = await container('two');
  const id = await container('one');
  expect((await deletion().plan(id)).disks).toEqual([
    { target: '/', folder: true, path, size: null, verdict: { kind: 'possible', why: expect.stringContaining('All that is in it goes.') } },
  ]);
  const steps: string[] = [];
  const shares: number[] = [];
  const report: Operation['report'] = (step, progress) => {
    steps.push(step);
    if (progress !== null) shares.push(progress);
  };
  const { operation, notes } = notedOperation({ report });
  expect(await deletion().delete(id, [path], operation)).toEqual({ deletedDisks: [path], leftovers: [] });
  expect(await inPool()).toEqual(['two']);
  expect((await readdir(join(pool, 'two'))).length).toBeGreaterThan(4);
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('here');
  expect(steps).toContain(`Deleting ${path}`);
  expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  expect(notes.map(({ product, state }) => `${product.kind} ${state}`)).toEqual(['tree gone']);
  expect((await connection.listGuests()).map((guest) => guest.id)).toEqual([neighbour]);
});

test('the files of a container stay where that was not ticked', async () => {
  const id = await container('one');
  expect(await deletion().delete(id, [], quietOperation())).toEqual({ deletedDisks: [], leftovers: [] });
  expect(await inPool()).toEqual(['one']);
  expect(await readdir(join(pool, 'one'))).toContain('bin');
});

test('files that somebody else needs, or that are no folder of a pool, are not offered', async () => {
  const id = await container('one');
  const path = join(pool, 'one');
  const refusal = async () => {
    const folder = await folderOf(id);
    const error = await failure(deletion().delete(id, [path], quietOperation()));
    expect(error).toMatchObject({ code: 'in-use' });
    expect(folder?.verdict.kind).toBe('kept');
    return folder?.verdict.kind === 'kept' ? folder.verdict.why : null;
  };
  const link = join(daemon.dir, 'link');
  await symlink(pool, link);
  // The same files, under the same name and by a link; a part of them; all of the pool.
  for (const [name, source, at] of [
    ['same', path, '/'],
    ['linked', join(link, 'one'), '/'],
    ['part', join(path, 'bin'), '/tools'],
    ['whole', pool, '/pool'],
  ] as const) {
    const other = await defined(name, [source, at]);
    expect(await refusal(), name).toContain(`“${name}” needs it too`);
    await deletion().delete(other, [], quietOperation());
  }
  await daemon.virsh('pool-define-as', 'inner', 'dir', '--target', join(path, 'bin'));
  expect(await refusal()).toContain('The folder of the storage pool “inner”');
  await daemon.virsh('pool-undefine', 'inner');
  await daemon.virsh('pool-define-as', 'elsewhere', 'dir', '--target', join(daemon.dir, 'nowhere'));
  expect(await refusal()).toContain('Not everything could be looked into');
  await daemon.virsh('pool-undefine', 'elsewhere');
  expect((await folderOf(id))?.verdict.kind).toBe('possible');
  for (const source of [outside, pool, link]) {
    const other = await defined('other', [source, '/']);
    expect((await folderOf(other))?.verdict.kind, source).toBe('kept');
    await deletion().delete(other, [], quietOperation());
  }
  // The host's own root is not even named.
  expect((await deletion().plan(await defined('host', ['/', '/']))).disks).toEqual([]);
  expect(await readdir(path)).toContain('bin');
});

test('a link among the volumes of a pool is never followed', async () => {
  await symlink(outside, join(pool, 'trap'));
  await daemon.virsh('pool-refresh', 'roots');
  const id = await defined('caught', [join(pool, 'trap'), '/']);
  expect((await folderOf(id))?.verdict.kind).toBe('kept');
  const tree = {
    product: { kind: 'tree', pool: 'roots', name: 'trap', filler: '00000000-0000-4000-8000-00000000feed' },
    made: true,
  } as const;
  expect((await failure(connection.leftovers?.remove(tree) ?? Promise.resolve())).code).toBe('in-use');
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('here');
});

test('where something is mounted in the folder on the host, all stays, and it is told as left over', async () => {
  const id = await container('one');
  const path = join(pool, 'one');
  const mounted = join(path, 'a name/with spaces');
  // Only the daemon sees it: what can be looked at from here tells nothing of it, as of another computer.
  await inside(daemon, 'mount', '--bind', outside, mounted);
  expect((await folderOf(id))?.verdict.kind).toBe('possible');
  const { operation, notes } = notedOperation();
  const result = await deletion().delete(id, [path], operation);
  expect(result).toEqual({ deletedDisks: [], leftovers: [{ path, why: expect.stringContaining('Something is mounted on it or in it.') }] });
  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('here');
  expect(await readdir(path)).toContain('bin');
  await inside(daemon, 'umount', mounted);
  const noted = notes.map(({ product, state }) => ({ product, made: state === 'made' }));
  expect(await connection.leftovers?.find(noted)).toEqual([{ kind: 'there' }]);
  for (const each of noted) await connection.leftovers?.remove(each);
  expect(await inPool()).toEqual([]);
});

test('what only the host sees through is seen before anything goes', async () => {
  const path = join(pool, 'one');
  const hidden = join(daemon.dir, 'hidden');
  await mkdir(hidden);
  await inside(daemon, 'mount', '-t', 'tmpfs', 'hidden', hidden);
  await inside(daemon, 'ln', '-s', path, join(hidden, 'inside'));
  await inside(daemon, 'ln', '-s', pool, join(hidden, 'around'));
  for (const place of ['inside/bin', 'around']) {
    const id = await container('one');
    const other = await defined('other', [join(hidden, place), '/other']);
    expect((await folderOf(id))?.verdict.kind).toBe('possible');
    const { operation, notes } = notedOperation();
    const { leftovers } = await deletion().delete(id, [path], operation);
    expect(leftovers, place).toEqual([{ path, why: expect.stringContaining('By a link of the host') }]);
    // Cleaning up what was left is refused for the same reason.
    for (const { product, state } of notes) {
      if (product.kind !== 'tree') continue;
      await expect(connection.leftovers?.remove({ product, made: state === 'made' })).rejects.toMatchObject({
        message: expect.any(String),
      });
    }
    expect(notes.map(({ product }) => product.kind)).toContain('tree');
    expect(await readdir(path)).toContain('bin');
    await deletion().delete(other, [], quietOperation());
    await inside(daemon, 'rm', '-r', path);
    await daemon.virsh('pool-refresh', 'roots');
  }
});

test('what came to need the files after the question keeps them; one that is cancelled ends, and the rest can be cleaned up', async () => {
  const path = join(pool, 'one');
  const first = await container('one');
  let late = '';
  const plain = quietOperation();
  const making: Operation['making'] = async (product) => {
    late = await defined('late', [path, '/']);
    return plain.making(product);
  };
  const kept = await deletion().delete(first, [path], { ...plain, making });
  expect(kept.leftovers).toEqual([{ path, why: expect.stringContaining('“late” needs it too') }]);
  expect(await readdir(path)).toContain('bin');
  // Enough of them that it takes a while.
  await inside(daemon, 'sh', '-c', `mkdir '${path}/many' && cd '${path}/many' && seq 3000 | xargs touch`);
  const cancel = new AbortController();
  const report: Operation['report'] = (step) => void (step.startsWith('Deleting what is in') && cancel.abort());
  const { operation, notes } = notedOperation({ report, signal: cancel.signal });
  const result = await deletion().delete(late, [path], operation);
  expect(result.leftovers).toEqual([{ path, why: expect.stringContaining('cancelled') }]);
  expect(await connection.listGuests()).toEqual([]);
  for (const { product, state } of notes) await connection.leftovers?.remove({ product, made: state === 'made' });
  expect(await inPool()).toEqual([]);
});
