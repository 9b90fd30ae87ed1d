import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeletionResult } from '../../backends/model/deletion.ts';
import type { NotedProduct } from '../../backends/model/product.ts';
import { BackendError } from '../../backends/errors.ts';
import { createLeftovers } from '../../backends/libvirt/deletion/leftovers.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { type Fault, type FaultMode, isMutation, startFaultProxy } from './fault-proxy.ts';
import { inside, makePool, openParts } from './storage-bed.ts';

const run = promisify(execFile);
const PATIENCE_MS = 3000;
let daemon: PrivateLibvirtd;
let pool: string;
let folder: string;
let attempts = 0;

const virsh = async (...words: string[]) => (await run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, ...words])).stdout;
const uriOf = (socket: string) => `lxc:///system?socket=${socket}`;

/** All that is in a folder, with what each is, whose, and how long; null where there is none. */
async function contentOf(path: string): Promise<string[] | null> {
  const { stdout } = await run('find', [path, '-printf', '%P %y %U %m %s %l\n']).catch(() => ({ stdout: null }));
  return stdout === null ? null : stdout.split('\n').sort();
}
/** What is not the container's. */
const others = async () => ({
  guests: [await daemon.virsh('list', '--all', '--name'), (await virsh('list', '--all', '--name')).replace(/^victim\n/m, '')],
  neighbour: await contentOf(join(pool, 'neighbour')),
  outside: await contentOf(join(daemon.dir, 'outside')),
  pool: (await contentOf(pool))?.filter((line) => !line.startsWith('victim')).filter((line) => !line.startsWith(' ')),
});
const isThere = async () => (await virsh('list', '--all', '--name')).split('\n').includes('victim');

async function makeFolder(name: string): Promise<void> {
  const path = join(pool, name);
  for (const each of ['bin', 'dev', 'proc', 'sys', 'a name/with spaces']) await mkdir(join(path, each), { recursive: true });
  await run('cp', ['/bin/busybox', join(path, 'bin/sh')]);
  await run('cp', ['--reflink=auto', '/etc/passwd', join(path, 'a name/with spaces/file')]);
  await symlink(join(daemon.dir, 'outside'), join(path, 'way-out'));
  await symlink(join(pool, 'neighbour'), join(path, 'next-door'));
  await run('chown', ['-hR', '300000:300000', path]);
}

async function define(name: string): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type="lxc"><name>${name}</name><memory unit="MiB">64</memory><os><type>exe</type><init>/bin/sh</init>
    <initarg>-c</initarg><initarg>trap exit TERM; read line</initarg></os>
    <idmap><uid start="0" target="300000" count="65536"/><gid start="0" target="300000" count="65536"/></idmap>
    <features><privnet/></features><devices><filesystem type="mount"><source dir="${join(pool, name)}"/><target dir="/"/></filesystem><console type="pty"/></devices></domain>`,
  );
  await virsh('define', file);
  return (await virsh('domuuid', name)).trim();
}

/** A container with files of its own; what an earlier attempt left of it is completed. */
async function makeVictim(running: boolean): Promise<string> {
  if ((await contentOf(folder)) === null) {
    await makeFolder('victim');
    await daemon.virsh('pool-refresh', 'roots');
  }
  const id = (await isThere()) ? (await virsh('domuuid', 'victim')).trim() : await define('victim');
  const state = (await virsh('domstate', id)).trim();
  if (running && state !== 'running') await virsh('start', id);
  if (!running && state === 'running') await virsh('destroy', id);
  return id;
}

interface Attempt {
  readonly outcome: DeletionResult | BackendError | null;
  readonly spoilt: string | null;
  readonly calls: readonly string[];
  /** What it wrote down and did not strike out. */
  readonly noted: readonly NotedProduct[];
}

/** Each has a proxy of its own: one that was cut for good must not come back to life in the next. */
async function attempt(id: string, fault?: Fault): Promise<Attempt> {
  attempts += 1;
  const path = join(daemon.dir, `proxy-${attempts}`);
  const proxy = await startFaultProxy(daemon.socket, path);
  const { host, deletion } = await openParts(uriOf(path), PATIENCE_MS);
  proxy.arm(fault);
  const { operation, notes } = notedOperation();
  const ended = deletion.delete(id, [folder], operation).catch((error: unknown) => {
    if (!(error instanceof BackendError)) throw error;
    return error;
  });
  try {
    // Who died in the middle tells nothing any more.
    const outcome = fault?.forGood === true ? await Promise.race([ended, proxy.fallen.then(() => null)]) : await ended;
    const noted = notes.filter(({ state }) => state !== 'gone').map(({ product, state }) => ({ product, made: state === 'made' }));
    return { outcome, spoilt: proxy.spoilt, calls: proxy.calls, noted };
  } finally {
    host.close();
    await proxy.close();
  }
}

/** As the next start offers it: what is left is looked at, and goes where that was found right. */
async function cleanUp(noted: readonly NotedProduct[], story: string): Promise<string[]> {
  const { host } = await openParts(uriOf(daemon.socket));
  try {
    const leftovers = createLeftovers(host);
    const guestIsThere = await isThere();
    const remnants = await leftovers.find(noted);
    expect(remnants, story).toEqual(
      noted.map(() => (guestIsThere ? expect.objectContaining({ kind: 'kept' }) : { kind: expect.stringMatching(/there|gone/) })),
    );
    const offered = remnants.map(({ kind }) => kind);
    if (guestIsThere) return offered;
    for (const each of noted) await leftovers.remove(each);
    expect(await leftovers.find(noted), story).toEqual(noted.map(() => ({ kind: 'gone' })));
    expect(await contentOf(folder), story).toBeNull();
    return offered;
  } finally {
    host.close();
  }
}

export type Sweep = readonly [FaultMode, Fault['among'], end: 'goes on' | 'dies', guest: 'running' | 'off'];

/**
 * Fails each call of a deletion of a container with its files in turn, on a real daemon: the files go after the guest and never without it, nothing
 * else is touched, and what is left is told, and goes when it is cleaned up.
 */
export function describeTreeSweep(sweeps: readonly Sweep[]): void {
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    pool = await makePool(daemon, 'roots');
    folder = join(pool, 'victim');
    await mkdir(join(daemon.dir, 'outside'));
    await writeFile(join(daemon.dir, 'outside/precious'), 'here');
    await makeFolder('neighbour');
    await define('neighbour');
    await daemon.virsh('vol-create-as', 'roots', 'bystander.qcow2', '8M', '--format', 'qcow2');
  });
  afterAll(() => daemon.stop());

  test.each(sweeps)(
    '%s, at %s, and the app %s, of a container that is %s: its files go after it or stay, and what stays is told',
    { timeout: 1_800_000 },
    async (mode, among, end, state) => {
      const before = await others();
      const whole = await attempt(await makeVictim(state === 'running'));
      expect(whole.outcome).toEqual({ deletedDisks: [folder], leftovers: [] });
      expect(whole.noted).toEqual([]);
      expect(whole.calls.filter((name) => isMutation(name) && name !== 'storagePoolRefresh')).toEqual([
        ...(state === 'running' ? ['domainDestroyFlags'] : []),
        'domainUndefineFlags',
        'domainCreateXml',
        'domainDestroyFlags',
        'storageVolDelete',
      ]);
      expect(await others()).toEqual(before);
      const count = whole.calls.filter((name) => among === 'all' || isMutation(name)).length;
      const offered = new Set<string>();
      for (let at = 1; at <= count; at += 1) {
        const id = await makeVictim(state === 'running');
        const full = await contentOf(folder);
        const { outcome, spoilt, noted } = await attempt(id, { mode, at, among, forGood: end === 'dies' });
        const told = outcome instanceof BackendError ? `${outcome.code} ${outcome.message} ${outcome.reason}` : JSON.stringify(outcome);
        const story = `call ${at}, ${spoilt}: ${told}`;
        // A look more or less at a container that is ending is no fault.
        if (spoilt === null && at > count - 3) break;
        expect(spoilt, story).not.toBeNull();
        const left = await contentOf(folder);
        if (await isThere()) expect(left, story).toEqual(full);
        if (outcome instanceof BackendError) {
          expect(await isThere(), story).toBe(true);
          expect(noted.length, story).toBe(outcome.code === 'outcome-unknown' ? 1 : 0);
        } else if (outcome !== null) {
          expect(await isThere(), story).toBe(false);
          const stays = left === null ? [] : [folder];
          expect(
            outcome.leftovers.map(({ path }) => path),
            story,
          ).toEqual(stays);
          expect([...outcome.deletedDisks, ...stays], story).toEqual([folder]);
          expect(noted.length, story).toBe(stays.length);
        } else if (left !== null && !(await isThere())) expect(noted.length, story).toBe(1);
        for (const kind of await cleanUp(noted, story)) offered.add(kind);
        expect(await others(), story).toEqual(before);
      }
      // Or nothing was cut where there was something to lose.
      if (end === 'dies') expect([...offered]).toEqual(expect.arrayContaining(['kept', 'there']));
      // Nor does anything of a helper that was ended go on.
      expect(await inside(daemon, 'ps', 'axo', 'args')).not.toContain('libvirt_lxc');
    },
  );
}
