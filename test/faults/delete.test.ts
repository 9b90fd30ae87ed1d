import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { failure, inside, inventory, makePool, openParts, operation, type Parts } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let parts: Parts;
let pool: string;
let second: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  second = await makePool(daemon, 'second');
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  parts = await openParts(daemon.uri);
});
afterEach(() => parts.host.close());

const disk = (file: string, target = 'vda') =>
  `<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${file}"/><target dev="${target}" bus="virtio"/></disk>`;

async function define(name: string, devices: string, rest = ''): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  const os = '<os><type arch="x86_64" machine="q35">hvm</type></os>';
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory>${os}${rest}<devices>${devices}</devices></domain>`,
  );
  await daemon.virsh('define', file);
  return (await daemon.virsh('domuuid', name)).trim();
}

async function volume(name: string, backing?: string): Promise<string> {
  const more = backing === undefined ? [] : ['-b', backing, '-F', 'qcow2'];
  await inside(daemon, 'qemu-img', 'create', '-q', '-f', 'qcow2', ...more, join(pool, name), '8M');
  return join(pool, name);
}

const everything = () => inventory(daemon, { disks: pool, second });
const verdicts = async (id: string) => (await parts.deletion.plan(id)).disks.map(({ path, verdict }) => [path, verdict.kind]);
const has = async (path: string) => (await everything())['files of disks']?.includes(path.slice(pool.length + 1));

describe('deleting a guest', () => {
  test('that runs: it is forced off, undefined, and its disk goes', async () => {
    const path = await volume('a.qcow2');
    const id = await define('a', disk(path));
    await daemon.virsh('start', 'a');
    expect(await parts.deletion.plan(id)).toEqual({
      name: 'a',
      running: true,
      disks: [{ target: 'vda', folder: false, path, size: expect.any(Number), verdict: { kind: 'offered' } }],
      alsoRemoved: [],
    });
    const steps: string[] = [];
    const result = await parts.deletion.delete(
      id,
      [path],
      operation(undefined, (step) => steps.push(step)),
    );
    expect(result).toEqual({ deletedDisks: [path], leftovers: [] });
    expect(steps).toEqual(['Looking at the disks', 'Forcing the guest off', 'Removing the definition', `Deleting ${path}`]);
    expect(await everything()).toEqual({
      domains: [],
      'volumes of disks': [],
      'files of disks': [],
      'volumes of second': [],
      'files of second': [],
    });
  });

  test('with snapshots and a saved state, each named before', async () => {
    const path = await volume('s.qcow2');
    const id = await define('s', disk(path));
    await daemon.virsh('snapshot-create-as', 's', 'one');
    await daemon.virsh('snapshot-create-as', 's', 'two');
    await daemon.virsh('start', 's');
    await daemon.virsh('managedsave', 's');
    expect((await parts.deletion.plan(id)).alsoRemoved).toEqual(['its saved memory', '2 snapshots']);
    await parts.deletion.delete(id, [path], operation());
    expect((await everything())['domains']).toEqual([]);
    expect(await has(path)).toBe(false);
  });

  test('without ticking anything keeps its disks', async () => {
    const path = await volume('k.qcow2');
    const id = await define('k', disk(path));
    expect(await parts.deletion.delete(id, [], operation())).toEqual({ deletedDisks: [], leftovers: [] });
    expect(await has(path)).toBe(true);
  });
});

describe('a disk that others need is not deleted', () => {
  async function kept(id: string, path: string, why: RegExp) {
    const before = await everything();
    const { disks } = await parts.deletion.plan(id);
    expect(disks.find((each) => each.path === path)?.verdict).toEqual({ kind: 'kept', why: expect.stringMatching(why) });
    expect((await failure(parts.deletion.delete(id, [path], operation()))).code).toBe('in-use');
    expect(await everything()).toEqual(before);
  }

  test('the base of overlays, made behind the back of libvirt, in two pools', async () => {
    const base = await volume('base.qcow2');
    const id = await define('base', disk(base));
    await volume('over.qcow2', base);
    // By its bare name, as qemu-img also writes it.
    await inside(daemon, 'sh', '-c', `cd ${pool} && qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 relative.qcow2`);
    await inside(daemon, 'qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', join(second, 'far.qcow2'));
    await kept(id, base, /“far\.qcow2”, “over\.qcow2” and “relative\.qcow2” are built on it/);
  });

  test('of another guest, by the same path, a symbolic and a hard link', async () => {
    const path = await volume('shared.qcow2');
    const id = await define('mine', disk(path));
    await define('other', disk(path));
    await kept(id, path, /^“other” needs it too/);
    await daemon.virsh('undefine', 'other');
    await symlink(path, join(daemon.dir, 'link.qcow2'));
    await define('by-link', disk(join(daemon.dir, 'link.qcow2')));
    await kept(id, path, /^“by-link” needs it too/);
    await daemon.virsh('undefine', 'by-link');
    await link(path, join(pool, 'hard.qcow2'));
    await define('by-hard-link', disk(join(pool, 'hard.qcow2')));
    await kept(id, path, /^“by-hard-link” needs it too/);
  });

  test('of another guest through a second pool on the same folder', async () => {
    const path = await volume('twice.qcow2');
    await symlink(pool, join(daemon.dir, 'alias'));
    await daemon.virsh('pool-define-as', 'alias', 'dir', '--target', join(daemon.dir, 'alias'));
    await daemon.virsh('pool-start', 'alias');
    const id = await define('twice', disk(path));
    await define('through-pool', `<disk type="volume" device="disk"><source pool="alias" volume="twice.qcow2"/><target dev="vda"/></disk>`);
    await kept(id, path, /^“through-pool” needs it too/);
    await daemon.virsh('undefine', 'through-pool');
    await daemon.virsh('pool-destroy', 'alias');
    await daemon.virsh('pool-undefine', 'alias');
  });

  test('that only a snapshot of another guest knows', async () => {
    const old = await volume('old.qcow2');
    await define('snapped', disk(old));
    await daemon.virsh('snapshot-create-as', 'snapped', 'before', '--disk-only', '--diskspec', `vda,file=${join(pool, 'now.qcow2')}`);
    const id = await define('thief', disk(old));
    await kept(id, old, /“snapped” needs it too/);
  });

  test('outside of the pools, through a link out of a pool, or a medium', async () => {
    const outside = join(daemon.dir, 'outside.qcow2');
    await inside(daemon, 'qemu-img', 'create', '-q', '-f', 'qcow2', outside, '8M');
    await symlink(outside, join(pool, 'out.qcow2'));
    const id = await define('o', disk(outside) + disk(join(pool, 'out.qcow2'), 'vdb'));
    await kept(id, join(pool, 'out.qcow2'), /link to a file outside/);
    await writeFile(join(pool, 'medium.iso'), 'x');
    const cdrom = `<disk type="file" device="cdrom"><source file="${join(pool, 'medium.iso')}"/><target dev="sda" bus="sata"/></disk>`;
    await kept(await define('m', cdrom), join(pool, 'medium.iso'), /medium in a drive/);
  });

  test('is not ticked while a pool is inactive', async () => {
    const path = await volume('u.qcow2');
    const id = await define('u', disk(path));
    expect(await verdicts(id)).toEqual([[path, 'offered']]);
    await mkdir(join(daemon.dir, 'asleep'));
    await daemon.virsh('pool-define-as', 'asleep', 'dir', '--target', join(daemon.dir, 'asleep'));
    // The answer was given to another question than this one.
    expect((await failure(parts.deletion.delete(id, [path], operation()))).code).toBe('in-use');
    expect(await verdicts(id)).toEqual([[path, 'possible']]);
    expect((await parts.deletion.delete(id, [path], operation())).deletedDisks).toEqual([path]);
    await daemon.virsh('pool-undefine', 'asleep');
  });

  test('and one that came to be needed after the question is left, and said', async () => {
    const path = await volume('late.qcow2');
    const id = await define('late', disk(path));
    const report = (step: string) => void (step === 'Removing the definition' && late.push(volume('quick.qcow2', path)));
    const late: Promise<string>[] = [];
    const enter = parts.host.job.bind(parts.host);
    // The overlay appears before the disk's turn comes.
    parts.host.job = async (procedure, args) => {
      await Promise.all(late);
      return enter(procedure, args);
    };
    const result = await parts.deletion.delete(id, [path], operation(undefined, report));
    expect(result.deletedDisks).toEqual([]);
    expect(result.leftovers).toEqual([{ path, why: 'Meanwhile it is needed by “quick.qcow2”.' }]);
    expect(await has(path)).toBe(true);
    expect((await everything())['domains']).not.toContain('late');
  });
});
