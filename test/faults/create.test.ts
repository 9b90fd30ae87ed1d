import { rmSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { attribute, child, children, parseXml, path, textAt } from '../../backends/libvirt/xml/document.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, onNetwork } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { failure, inside, inventory, makeIso, makePool, openParts, operation, type Parts, smallGuest } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let parts: Parts;
let pool: string;
let iso: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  pool = await makePool(daemon, 'disks');
  iso = await makeIso(join(daemon.dir, 'nothing.iso'));
  await daemon.virsh('net-define', '/usr/share/libvirt/networks/default.xml');
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  parts = await openParts(daemon.uri);
});
afterEach(() => parts.host.close());

const create = (spec: GuestSpec, media = iso) => parts.creation.create(guestRequest(spec, media), operation());
const everything = () => inventory(daemon, { disks: pool });

/** Nothing may have come of `attempt`. */
async function refused(attempt: () => Promise<unknown>) {
  const before = await everything();
  const error = await failure(attempt());
  expect(await everything()).toEqual(before);
  return error;
}

describe('a guest', () => {
  test('is made, runs, and is what was asked for', async () => {
    const steps: string[] = [];
    const spec = smallGuest('first', 'disks', { os: 'http://debian.org/debian/11', memory: 96 * MiB, vcpus: 2 });
    const id = await parts.creation.create(
      guestRequest(spec, iso),
      operation(undefined, (step) => steps.push(step)),
    );
    expect(steps).toEqual(['Checking the host', 'Creating the disk', 'Defining the guest', 'Starting the guest']);
    expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
    const xml = parseXml(await daemon.virsh('dumpxml', id, '--inactive'));
    expect(textAt(xml, 'name')).toBe('first');
    expect(textAt(xml, 'memory')).toBe(String(96 * 1024));
    expect(textAt(xml, 'vcpu')).toBe('2');
    const [disk, cdrom] = children(child(xml, 'devices'), 'disk');
    expect(attribute(child(disk ?? null, 'source'), 'file')).toBe(join(pool, 'first.qcow2'));
    expect(attribute(child(cdrom ?? null, 'source'), 'file')).toBe(iso);
    expect(attribute(path(xml, 'devices', 'graphics', 'listen'), 'address')).toBe('127.0.0.1');
    const volume = parseXml(await daemon.virsh('vol-dumpxml', 'first.qcow2', '--pool', 'disks'));
    expect(textAt(volume, 'capacity')).toBe(String(64 * MiB));
    expect(attribute(path(volume, 'target', 'format'), 'type')).toBe('qcow2');
    await daemon.virsh('destroy', id);
  });

  test('without disk and network is made too', async () => {
    const id = await create(smallGuest('live', null));
    expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
    await daemon.virsh('destroy', id);
  });

  test('with UEFI gets its variables, and loses them when it is deleted', async () => {
    const id = await create(smallGuest('uefi', 'disks', { firmware: 'uefi', memory: 128 * MiB }));
    expect(await inside(daemon, 'ls', '/var/lib/libvirt/qemu/nvram')).toContain('uefi');
    const plan = await parts.deletion.plan(id);
    expect(plan).toMatchObject({ running: true, alsoRemoved: ['its UEFI variables'] });
    await parts.deletion.delete(id, [], operation());
    expect(await inside(daemon, 'ls', '/var/lib/libvirt/qemu/nvram')).not.toContain('uefi');
  });

  test('whose disk name is taken, by a volume or by a file that the pool does not know, gets the next', async () => {
    await daemon.virsh('vol-create-as', 'disks', 'second.qcow2', '1M');
    await writeFile(join(pool, 'second-1.qcow2'), 'precious');
    const id = await create(smallGuest('second', 'disks'));
    expect(await daemon.virsh('domblklist', id)).toContain(join(pool, 'second-2.qcow2'));
    expect(await readFile(join(pool, 'second-1.qcow2'), 'utf8')).toBe('precious');
    await daemon.virsh('destroy', id);
  });

  test('with markup in its name does not write its own definition', async () => {
    // The wizard refuses such names; nothing below relies on that.
    const name = `a<b> & "c" 'd' ]]>`;
    const id = await create({ ...smallGuest('x', null), name });
    expect(textAt(parseXml(await daemon.virsh('dumpxml', id)), 'name')).toBe(name);
    await daemon.virsh('destroy', id);
  });
});

describe('refused before anything is made', () => {
  test('a name that is taken', async () => {
    await create(smallGuest('taken', null));
    const error = await refused(() => create(smallGuest('taken', 'disks')));
    expect(error.code).toBe('exists');
    expect(error.remedy).not.toBeNull();
  });

  test('a network that is inactive or missing, which check tells as well', async () => {
    const spec = smallGuest('n', 'disks', { nics: [onNetwork('default')] });
    expect((await refused(() => create(spec))).code).toBe('network-inactive');
    expect(await parts.creation.check(guestRequest(spec, iso))).toEqual([
      {
        field: 'network',
        severity: 'error',
        message: 'The network “default” is not active.',
        remedy: `Start it: virsh -c qemu:///system net-start 'default'`,
        mends: [{ kind: 'start-network', network: 'default' }],
      },
    ]);
    expect((await refused(() => create(smallGuest('n', 'disks', { nics: [onNetwork('none such')] })))).code).toBe('not-found');
    await daemon.virsh('net-start', 'default');
    expect(await parts.creation.check(guestRequest(spec, iso))).toEqual([]);
    await daemon.virsh('net-destroy', 'default');
  });

  test('a pool that is inactive, missing, or full', async () => {
    const idle = join(daemon.dir, 'idle');
    await mkdir(idle);
    await daemon.virsh('pool-define-as', 'idle', 'dir', '--target', idle);
    expect((await refused(() => create(smallGuest('p', 'idle')))).code).toBe('pool-inactive');
    expect((await refused(() => create(smallGuest('p', 'none such')))).code).toBe('not-found');
  });

  test('more memory or processors than the host has', async () => {
    expect((await refused(() => create(smallGuest('m', 'disks', { memory: 16_384 * GiB })))).code).toBe('bad-input');
    expect((await refused(() => create(smallGuest('m', 'disks', { vcpus: 4096 })))).code).toBe('bad-input');
  });

  test('an image that is missing, a folder, or beyond a folder that QEMU may not enter', async () => {
    expect((await refused(() => create(smallGuest('i', 'disks'), join(daemon.dir, 'missing.iso')))).code).toBe('bad-file');
    expect((await refused(() => create(smallGuest('i', 'disks'), daemon.dir))).code).toBe('bad-file');
    const closed = join(daemon.dir, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await makeIso(join(closed, 'a.iso'));
    await symlink(join(closed, 'a.iso'), join(daemon.dir, 'link.iso'));
    const error = await refused(() => create(smallGuest('i', 'disks'), join(daemon.dir, 'link.iso')));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain(closed);
    expect(error.remedy).toContain('setfacl');
    // The objection is true: without the check libvirt fails, and what was made is gone again.
    await chmod(closed, 0o755);
    const id = await create(smallGuest('i', 'disks'), join(daemon.dir, 'link.iso'));
    await daemon.virsh('destroy', id);
  });
});

describe('found out by the host', () => {
  test('a full pool: nothing is left, and the message has both numbers', async () => {
    const full = join(daemon.dir, 'full');
    await inside(daemon, 'mkdir', full);
    await inside(daemon, 'mount', '-t', 'tmpfs', '-o', 'size=16M', 'tmpfs', full);
    await daemon.virsh('pool-define-as', 'full', 'dir', '--target', full);
    await daemon.virsh('pool-start', 'full');
    expect((await parts.creation.check(guestRequest(smallGuest('f', 'full'), iso))).map(({ severity }) => severity)).toEqual(['warning']);
    // The pool's numbers are those of its last refresh: to the check there seems to be room.
    await inside(daemon, 'sh', '-c', `head -c 16M /dev/zero > ${full}/filler || true`);
    const error = await failure(create(smallGuest('f', 'full')));
    expect(error.code).toBe('no-space');
    expect(error.message).toMatch(/0 bytes free, .* needed/);
    expect((await inside(daemon, 'ls', full)).trim()).toBe('filler');
    expect(await daemon.virsh('list', '--all', '--name')).not.toContain('f\n');
  });

  test('parts that each fit into the pool, and together do not, before anything is made', async () => {
    const narrow = join(daemon.dir, 'narrow');
    await inside(daemon, 'mkdir', narrow);
    await inside(daemon, 'mount', '-t', 'tmpfs', '-o', 'size=16M', 'tmpfs', narrow);
    await daemon.virsh('pool-define-as', 'narrow', 'dir', '--target', narrow);
    await daemon.virsh('pool-start', 'narrow');
    const image = join(daemon.dir, 'ten.img');
    await writeFile(image, Buffer.alloc(10 * MiB, 7));
    const from = { kind: 'file', token: chosenToken } as const;
    const source = { kind: 'disk', from, into: 'narrow', size: null } as const;
    const drivers = { from: { kind: 'found' }, into: 'narrow' } as const;
    const request = (more: Partial<GuestSpec>) =>
      guestRequest(smallGuest('n', null, more), image, { image: { file: { path: image }, format: 'raw' }, drivers: { path: image } });
    const objections = async (more: Partial<GuestSpec>) =>
      (await parts.creation.check(request(more))).filter(({ field }) => field !== 'machine');
    expect(await objections({ source })).toEqual([]);
    expect(await objections({ drivers })).toEqual([]);
    const [both, ...others] = await objections({ source, drivers });
    expect(both).toMatchObject({ field: 'media', severity: 'error', remedy: expect.stringMatching(/ 4 MiB free/) });
    expect(both?.message).toMatch(/^The guest needs 20 MiB in the storage pool “narrow” \(.*\), which has 16 MiB free\.$/);
    expect(others).toEqual([]);
    expect((await failure(parts.creation.create(request({ source, drivers }), operation()))).code).toBe('no-space');
    expect((await inside(daemon, 'ls', narrow)).trim()).toBe('');
    // What the pool had when it was last looked at stands against nothing.
    await inside(daemon, 'sh', '-c', `head -c 12M /dev/zero > ${narrow}/filler`);
    await daemon.virsh('pool-refresh', 'narrow');
    expect(await objections({ source })).toMatchObject([{ severity: 'error' }]);
    await inside(daemon, 'rm', join(narrow, 'filler'));
    expect(await objections({ source })).toEqual([]);
  });

  test('a start that fails takes the disk and the definition back', async () => {
    // libvirt finds only at the start that a file it is to read has gone.
    const { creation } = parts;
    const gone = await makeIso(join(daemon.dir, 'gone.iso'));
    const error = await refused(() =>
      creation.create(
        guestRequest(smallGuest('s', 'disks'), gone),
        operation(undefined, (step) => void (step.startsWith('Defining') && rmSync(gone))),
      ),
    );
    expect(error.message).toMatch(/^Starting the guest failed\. /);
  });

  test('cancelled at each step, nothing is left', async () => {
    for (const last of ['Checking the host', 'Creating the disk', 'Defining the guest', 'Starting the guest']) {
      const abort = new AbortController();
      const stop = (step: string) => void (step === last && abort.abort());
      const before = await everything();
      const outcome = await parts.creation
        .create(guestRequest(smallGuest('c', 'disks'), iso), operation(abort.signal, stop))
        .catch((error: unknown) => (error instanceof BackendError ? error.code : error));
      if (last === 'Starting the guest') {
        // Too late: the start was under way and succeeded, so the guest is there.
        expect(outcome).toMatch(/^[0-9a-f-]{36}$/);
      } else {
        expect(outcome).toBe('cancelled');
        expect(await everything()).toEqual(before);
      }
    }
  });
});
