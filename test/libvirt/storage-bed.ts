import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostConnection, PoolKeeping, Storage } from '../../backends/backend.ts';
import type { VolumeKeeping } from '../../backends/volume-keeping.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { poolKinds, type PoolPlace } from '../../backends/model/pool-kinds.ts';
import { type PoolSpec, PoolSpec as PoolSchema } from '../../backends/model/pool-spec.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import type { VolumeUse } from '../../backends/model/storage-use.ts';
import type { VolumeSpec } from '../../backends/model/volume-spec.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';

export const run = promisify(execFile);

/** A host's storage with nothing left out. */
export interface WholeStorage {
  readonly storage: Storage;
  readonly pools: PoolKeeping;
  readonly volumes: VolumeKeeping;
}

export function wholeStorage({ storage }: HostConnection): WholeStorage {
  if (storage === null || storage.pools === null || storage.volumes === null) throw new Error('this host keeps no storage');
  return { storage, pools: storage.pools, volumes: storage.volumes };
}

/** A private daemon with a connection to it, and its storage. */
export interface StorageBed extends WholeStorage {
  readonly daemon: PrivateLibvirtd;
  readonly connection: HostConnection;
  /** An active folder pool of this name; resolves to its folder. */
  folder(name: string): Promise<string>;
  /** A guest with these disks by path, and more elements in its <devices>; it has nothing to boot. */
  guest(name: string, disks: readonly string[], more?: string): Promise<GuestId>;
  use(pool: string, name: string): Promise<VolumeUse>;
  names(pool: string): Promise<string[]>;
  /** Removes every guest, and what is in these pools. */
  tidy(...pools: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openStorageBed(): Promise<StorageBed> {
  const daemon = await startPrivateLibvirtd();
  const connection = await connectTo(daemon.uri);
  const { storage, pools, volumes } = wholeStorage(connection);
  return {
    daemon,
    connection,
    storage,
    pools,
    volumes,
    async folder(name) {
      const folder = join(daemon.dir, name);
      await mkdir(folder, { recursive: true });
      await pools.make(poolSpec(name, { target: folder }), quietOperation());
      return folder;
    },
    async guest(name, disks, more = '') {
      const file = join(daemon.dir, `${name}.xml`);
      const driver = (path: string) => (path.endsWith('.qcow2') ? 'qcow2' : 'raw');
      const elements = disks.map(
        (path, index) =>
          `<disk type="file" device="disk"><driver name="qemu" type="${driver(path)}"/><source file="${path}"/><target dev="vd${'abcdef'[index]}" bus="virtio"/></disk>`,
      );
      await writeFile(
        file,
        `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory><os><type arch="x86_64">hvm</type></os><devices>${elements.join('')}${more}</devices></domain>`,
      );
      await daemon.virsh('define', file);
      return (await daemon.virsh('domuuid', name)).trim();
    },
    async use(pool, name) {
      const found = (await storage.uses()).volumes.find(({ volume }) => volume.pool === pool && volume.name === name);
      if (found === undefined) throw new Error(`no volume ${pool}/${name} in the graph`);
      return found;
    },
    names: async (pool) => (await storage.listVolumes(pool)).map(({ name }) => name).sort(),
    async tidy(...names) {
      const guests = (await daemon.virsh('list', '--all', '--name')).split('\n').filter((name) => name !== '');
      for (const name of guests) {
        await daemon.virsh('destroy', name).catch(() => undefined);
        await daemon.virsh('undefine', name, '--snapshots-metadata');
      }
      for (const pool of names) {
        await daemon.virsh('pool-start', pool).catch(() => undefined);
        await daemon.virsh('pool-refresh', pool);
        for (const { name } of await storage.listVolumes(pool)) await daemon.virsh('vol-delete', '--pool', pool, '--vol', name);
      }
    },
    async close() {
      await connection.close();
      await daemon.stop();
    },
  };
}

/** A pool as a form would send it: built and started. */
export function poolSpec(name: string, place: PoolPlace, more: Partial<PoolSpec> = {}): PoolSpec {
  const kind = more.kind ?? 'dir';
  const build = poolKinds[kind].builds === 'folder' ? 'keep' : 'no';
  return PoolSchema.parse({ name, kind, place, build, start: true, autostart: false, ...more });
}

export const volumeSpec = (pool: string, name: string, more: Partial<VolumeSpec> = {}): VolumeSpec => ({
  pool,
  name,
  format: 'qcow2',
  capacity: GiB,
  preallocation: 'sparse',
  backing: null,
  passphrase: null,
  ...more,
});

/** A file as a block device; null where this machine has none, or nobody makes the nodes of its partitions. */
export async function loopDevice(file: string, size = 64 * MiB): Promise<{ path: string; detach(): Promise<void> } | null> {
  if (!/ \/dev devtmpfs /.test(await readFile('/proc/mounts', 'utf8'))) return null;
  await run('truncate', ['-s', String(size), file]);
  const path = await run('losetup', ['--find', '--show', file]).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
  if (path === null) return null;
  return { path, detach: async () => void (await run('losetup', ['--detach', path])) };
}
