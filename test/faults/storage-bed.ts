import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Operation } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { createGuestCreation } from '../../backends/libvirt/creation/creation.ts';
import { createGuestDeletion } from '../../backends/libvirt/deletion/deletion.ts';
import { createNetworks } from '../../backends/libvirt/networks/networks.ts';
import { openHost, type OpenHost } from '../../backends/libvirt/host/open-host.ts';
import { createStorage } from '../../backends/libvirt/storage/storage.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { newDisk, plainSpec } from '../bed/guest-request.ts';
import { unattended } from '../bed/unattended-connect.ts';

const run = promisify(execFile);

/** Runs a program in the daemon's own namespaces, where /var/lib/libvirt is its own. */
export async function inside(daemon: PrivateLibvirtd, ...command: string[]): Promise<string> {
  const [program, ...rest] = daemon.enter;
  const { stdout } = await run(program, [...rest, ...command]);
  return stdout;
}

/** An active pool on a folder of its own, at the same path inside and outside of the namespaces. */
export async function makePool(daemon: PrivateLibvirtd, name: string): Promise<string> {
  const path = join(daemon.dir, name);
  await mkdir(path);
  await daemon.virsh('pool-define-as', name, 'dir', '--target', path);
  await daemon.virsh('pool-start', name);
  return path;
}

/** An image that only looks like one: enough for a guest that never gets as far as booting it. */
export async function makeIso(path: string, volumeId = 'NOTHING', systemId = 'LINUX'): Promise<string> {
  const folder = `${path}.d`;
  await mkdir(folder, { recursive: true });
  await run('sh', ['-c', `echo nothing > '${folder}/boot.img'`]);
  const boot = ['-b', 'boot.img', '-no-emul-boot'];
  await run('xorriso', ['-as', 'mkisofs', '-quiet', '-V', volumeId, '-sysid', systemId, '-J', ...boot, '-o', path, folder]);
  return path;
}

export function smallGuest(name: string, pool: string | null, more: Partial<GuestSpec> = {}): GuestSpec {
  return plainSpec(name, { disks: pool === null ? [] : [newDisk(pool, 64 * MiB)], ...more });
}

export interface Parts {
  readonly host: OpenHost;
  readonly creation: ReturnType<typeof createGuestCreation>;
  readonly deletion: ReturnType<typeof createGuestDeletion>;
}

/** Creation and deletion on a connection without the listening of a whole backend, so that its calls can be counted. */
export async function openParts(uri: string, patienceMs?: number): Promise<Parts> {
  const host = await openHost(uri, unattended(), async () => undefined);
  const options = patienceMs === undefined ? {} : { patienceMs };
  return {
    host,
    creation: createGuestCreation(host, createStorage(host), createNetworks(host), options),
    deletion: createGuestDeletion(host, options),
  };
}

export function operation(signal: AbortSignal = new AbortController().signal, onStep: (step: string) => void = () => undefined): Operation {
  return quietOperation({ report: onStep, signal });
}

/** Domains, volumes and files of a host, to compare before and after. */
export async function inventory(daemon: PrivateLibvirtd, pools: Readonly<Record<string, string>>): Promise<Record<string, string[]>> {
  const lines = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .sort();
  const entries: [string, string[]][] = [['domains', lines(await daemon.virsh('list', '--all', '--name'))]];
  for (const [pool, path] of Object.entries(pools)) {
    await daemon.virsh('pool-refresh', pool);
    const [, , ...volumes] = (await daemon.virsh('vol-list', pool)).trim().split('\n');
    entries.push([`volumes of ${pool}`, volumes.map((line) => line.trim().split(/\s\s+/)[0] ?? '').sort()]);
    entries.push([`files of ${pool}`, (await readdir(path)).sort()]);
  }
  return Object.fromEntries(entries);
}

/** The error, which must be a BackendError. */
export async function failure(promise: Promise<unknown>): Promise<BackendError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Removes every guest, and every file of these pools (by their folders): what a test that failed left would fail its second try. */
export async function clearHost(daemon: PrivateLibvirtd, pools: Readonly<Record<string, string>>): Promise<void> {
  const names = (await daemon.virsh('list', '--all', '--uuid')).split('\n').filter((id) => id.trim() !== '');
  for (const id of names) {
    // Not every one is running.
    await daemon.virsh('destroy', id).catch(() => undefined);
    await daemon.virsh('undefine', id, '--nvram', '--tpm');
  }
  for (const [pool, folder] of Object.entries(pools)) {
    for (const file of await readdir(folder)) await rm(join(folder, file), { recursive: true });
    await daemon.virsh('pool-refresh', pool);
  }
}
