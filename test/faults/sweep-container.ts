import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { type Fault, type FaultMode, type FaultProxy, isMutation, startFaultProxy } from './fault-proxy.ts';
import { makePool, openParts } from './storage-bed.ts';

const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let notes: ReturnType<typeof notedOperation>['notes'];

const virsh = async (...words: string[]) => (await run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, ...words])).stdout;
const domains = async () => (await virsh('list', '--all', '--name')).trim();
const everything = async () => ({ domains: await domains(), files: (await readdir(pool)).sort() });

async function attempt(fault?: Fault): Promise<BackendError | null> {
  const { host, creation } = await openParts(proxy.uri.replace('qemu:', 'lxc:'), 3000);
  proxy.arm(fault);
  try {
    const noted = notedOperation();
    notes = noted.notes;
    const source = {
      kind: 'container-os',
      from: { kind: 'volume', volume: { pool: 'roots', name: 'system.tar' } },
      into: 'roots',
      init: '/bin/sh',
      idMap: { start: 300_000, count: 65_536 },
      hostname: 'new',
      rootPasswordHash: null,
    } as const;
    await creation.create(guestRequest(plainSpec('new', { source, firmware: null, memory: 64 * MiB }), ''), noted.operation);
    return null;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return error;
  } finally {
    host.close();
  }
}

/** As if it had never been; the folder is root's to remove. */
async function remove(): Promise<void> {
  await virsh('destroy', 'new').catch(() => undefined);
  await virsh('undefine', 'new');
  await run('rm', ['-rf', join(pool, 'new-1')]);
  await daemon.virsh('pool-refresh', 'roots');
}

export type Sweep = readonly [FaultMode, Fault['among']];

/** Fails each call on the way to a container whose files are unpacked in turn, on a real daemon: it is wholly there or not at all. */
export function describeContainerSweep(sweeps: readonly Sweep[]): void {
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    pool = await makePool(daemon, 'roots');
    const system = join(daemon.dir, 'system');
    for (const folder of ['bin', 'dev', 'proc', 'sys']) await mkdir(join(system, folder), { recursive: true });
    await copyFile('/bin/busybox', join(system, 'bin/busybox'));
    await symlink('busybox', join(system, 'bin/sh'));
    await run('tar', ['-C', system, '-cf', join(pool, 'system.tar'), '.']);
    await daemon.virsh('pool-refresh', 'roots');
    // What was there before, under the very name that a rollback might mistake for its own.
    await mkdir(join(pool, 'new'));
    proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  });
  afterAll(async () => {
    await proxy.close();
    await daemon.stop();
  });

  test.each(sweeps)('%s, at %s: the container is wholly there or not at all', { timeout: 1_800_000 }, async (mode, among) => {
    const before = await everything();
    expect(await attempt()).toBeNull();
    const count = proxy.calls.filter((name) => among === 'all' || isMutation(name)).length;
    expect(proxy.calls).toContain('domainCreateXml');
    await remove();
    for (let at = 1; at <= count; at += 1) {
      const failed = await attempt({ mode, at, among });
      const story = `call ${at}, ${proxy.spoilt}: ${failed?.code} ${failed?.message} ${failed?.reason}`;
      // A look more or less at a container that is ending is no fault.
      if (proxy.spoilt !== null || at <= count - 3) expect(proxy.spoilt, story).not.toBeNull();
      if (failed === null) {
        expect(await everything(), story).toEqual({ domains: 'new', files: [...before.files, 'new-1'].sort() });
        expect((await virsh('domstate', 'new')).trim(), story).toBe('running');
        expect(
          notes.map(({ product, state }) => `${product.kind} ${state}`),
          story,
        ).toEqual(['tree made', 'guest made']);
        await remove();
      } else {
        expect(failed.message, story).not.toContain('Left behind');
        expect(await everything(), story).toEqual(before);
        expect(
          notes.filter(({ state }) => state !== 'gone'),
          story,
        ).toEqual([]);
      }
    }
  });

  test('where the console of what unpacks is cut off, it is opened again, and nothing is lost', async () => {
    for (const mode of ['cut before', 'reply lost'] as const) {
      expect(await attempt({ mode, at: 1, among: { named: 'domainOpenConsole' } })).toBeNull();
      expect(proxy.spoilt).toBe('domainOpenConsole');
      await remove();
    }
  });
}
