import { randomUUID } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import type { PoolAction } from '#model/pool-action';
import { poolActions } from '#model/pool-action';
import { poolKinds } from '#model/pool-kinds';
import type { PoolSpec } from '#model/pool-spec';
import type { StorageOutlook } from '#model/storage-outlook';
import type { Operation, PoolKeeping } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { listed } from '../../storage-graph.ts';
import { failedWith } from '../failed-with.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { toBackendError } from '../to-backend-error.ts';
import { attribute, parseXml, path, serialize, textAt } from '../xml/document.ts';
import { SYSTEM_FOLDER } from './default-pool.ts';
import { lookAtDevices } from './build-devices.ts';
import { Making } from './making.ts';
import { findOwnSecret, makeSecret, removeSecret, type SecretUse } from './own-secret.ts';
import { actionCommand, makeCommand } from './pool-command.ts';
import { poolDocument } from './pool-document.ts';
import { explainedPool } from './pool-refusal.ts';
import { discoverSources, offerPools } from './pool-sources.ts';
import { graphOf } from './storage-needs.ts';
import { readStoragePicture } from './storage-picture.ts';
import { deleteVolumes, outlookOfDeleting } from './volume-deletion.ts';

// libvirt: virStoragePoolBuildFlags.
const Build = { folder: 0, keep: 4, overwrite: 8 } as const;
/** Making a file system, or mounting one of a server that is slow; milliseconds. */
const PATIENCE_MS = 600_000;

export function createPoolKeeping(host: LibvirtHost): PoolKeeping {
  return {
    offer: () => offerPools(host),
    discover: (kind, place) => discoverSources(host, kind, place),
    examine: (spec) => lookAtDevices(host, spec),
    make: (spec, operation) => makePool(host, spec, operation),
    outlook: async (name, action) => outlook(host, await findPool(host, name), action),
    act: (name, action, agreed, operation) => act(host, name, action, agreed, operation),
    commandFor: (wish) => (wish.kind === 'make' ? makeCommand(host.address, wish.spec) : actionCommand(host.address, wish.kind, wish.name)),
  };
}

async function findPool(host: LibvirtHost, name: string): Promise<Pool> {
  return (await host.call(remote.storagePoolLookupByName, { name })).pool;
}

async function findByUuid(host: LibvirtHost, uuid: string): Promise<Pool | null> {
  try {
    return (await host.call(remote.storagePoolLookupByUuid, { uuid })).pool;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}

async function makePool(host: LibvirtHost, spec: PoolSpec, operation: Operation): Promise<void> {
  const { name, kind, place } = spec;
  const { pools } = await host.call(remote.connectListAllStoragePools, { needResults: 1, flags: 0 });
  if (pools.some((pool) => pool.name === name)) {
    throw new BackendError('exists', `There is a pool “${name}” already.`, { remedy: 'Choose another name.' });
  }
  await lookAtDevices(host, spec);
  const enduring = new EnduringHost(host, { patienceMs: PATIENCE_MS });
  const making = new Making(enduring, operation);
  await making.run(`Making the pool “${name}”`, async () => {
    const uuid = randomUUID();
    making.begin('Defining the pool');
    const secret = place.password === undefined ? (place.secret ?? null) : await makeSecret(making, secretUse(kind, uuid), place.password);
    const isNew = host.local && place.target !== undefined && !(await exists(place.target));
    const xml = serialize(poolDocument(spec, { uuid, secret }));
    const pool = await making.make({
      what: `the pool “${name}”`,
      product: { kind: 'pool', id: uuid, name },
      make: async (each) => (await each.job(remote.storagePoolDefineXml, { xml, flags: 0 })).pool,
      find: (each) => findByUuid(each, uuid),
      remove: (each) => removePool(each, uuid, isNew && poolKinds[kind].volumes.files),
    });
    await build(enduring, spec, pool, making);
    if (kind === 'logical' && (spec.build !== 'no' || spec.start)) {
      // From here on by its name alone: libvirt compares devices with what pvs calls them (virStorageBackendLogicalMatchPoolSource), which is
      // never a link of /dev/disk, and may be another device after the host's next start.
      const { devices: _built, ...named } = place;
      const byName = serialize(poolDocument({ ...spec, place: named }, { uuid, secret }));
      await enduring.ensure((each) => each.job(remote.storagePoolDefineXml, { xml: byName, flags: 0 }).then(done));
    }
    if (spec.start) {
      making.begin('Starting the pool');
      await start(enduring, pool);
    }
    if (spec.autostart) await setAutostart(enduring, pool, 1);
    operation.signal.throwIfAborted();
  });
}

const secretUse = (kind: string, pool: string): SecretUse => ({ type: kind === 'rbd' ? 'ceph' : 'iscsi', id: `guesthouse-pool-${pool}` });

const exists = (folder: string) =>
  lstat(folder).then(
    () => true,
    () => false,
  );

/** Its folder too, where it was made for it and nothing is in it. May be repeated. */
async function removePool(host: LibvirtHost, uuid: string, folder: boolean): Promise<void> {
  const pool = await findByUuid(host, uuid);
  if (pool === null) return;
  await host.job(remote.storagePoolDestroy, { pool }).catch(asBefore);
  // libvirt removes it by rmdir(2), which refuses a folder that holds anything.
  if (folder) await host.job(remote.storagePoolDelete, { pool, flags: 0 }).catch(asBefore);
  await host.job(remote.storagePoolUndefine, { pool });
}

/** It had not come to that. A connection that ended shows with the next call. */
const asBefore = () => undefined;
const done = () => undefined;

const explaining = async <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw explainedPool(error);
  });

async function build(host: EnduringHost, spec: PoolSpec, pool: Pool, making: Making): Promise<void> {
  // The mount point of a device is a folder like any other; without a flag nothing is written to the device.
  if (spec.build === 'no' && spec.kind !== 'fs') return;
  const devices = poolKinds[spec.kind].builds === 'devices' && spec.build !== 'no';
  making.begin(devices ? 'Preparing the devices' : 'Making the folder');
  const flags = devices && spec.kind !== 'zfs' ? Build[spec.build === 'overwrite' ? 'overwrite' : 'keep'] : Build.folder;
  // libvirt does not ask who has them: QEMU opens its guests' disks so that others may write to them too.
  await host.read((each) => lookAtDevices(each, spec));
  await explaining(
    host.change(
      (each) => each.job(remote.storagePoolBuild, { pool, flags }).then(() => true),
      // Nothing tells whether it was done to the end.
      () => Promise.resolve(null),
    ),
  );
}

async function start(host: EnduringHost, pool: Pool): Promise<void> {
  await explaining(
    host.change(
      (each) => each.job(remote.storagePoolCreate, { pool, flags: 0 }).then(() => true),
      async (each) => ((await isActive(each, pool)) ? true : null),
    ),
  );
  // A fresh table of partitions is read by the kernel a moment after libvirt has looked for them.
  await host.ensure((each) => each.job(remote.storagePoolRefresh, { pool, flags: 0 }).then(done));
}

const isActive = async (host: LibvirtHost, pool: Pool) => (await host.call(remote.storagePoolIsActive, { pool })).active === 1;

const setAutostart = (host: EnduringHost, pool: Pool, autostart: 0 | 1) =>
  // May be asked twice.
  host.ensure((each) => each.job(remote.storagePoolSetAutostart, { pool, autostart }).then(done));

async function outlook(host: LibvirtHost, pool: Pool, action: PoolAction): Promise<StorageOutlook> {
  const nothing: StorageOutlook = { paths: [], losses: [], doubts: [], frees: 0 };
  if (action !== 'delete' && action !== 'stop') return nothing;
  if (action === 'delete') {
    const picture = await readStoragePicture(host);
    const volumes = outlookOfDeleting(picture, volumesOf(picture.volumes, pool));
    const folder = await ownFolder(host, pool);
    const more = folder === null ? [] : [`The folder ${folder} is removed, if nothing else is in it.`];
    return { ...volumes, losses: [...volumes.losses, ...more] };
  }
  const graph = graphOf(await readStoragePicture(host, null));
  const running = graph.volumes
    .filter(({ ref }) => ref.pool === pool.name)
    .flatMap((volume) => graph.usersOf(volume).filter((user) => user.running));
  const names = running.map(({ name }) => name);
  if (names.length === 0) return nothing;
  return { ...nothing, losses: [`${listed(names)} ${names.length === 1 ? 'is' : 'are'} running with disks in it.`] };
}

const volumesOf = (volumes: readonly { readonly pool: string; readonly name: string }[], pool: Pool) =>
  volumes.filter((volume) => volume.pool === pool.name).map(({ name }) => ({ pool: pool.name, name }));

async function act(host: LibvirtHost, name: string, action: PoolAction, agreed: readonly string[], operation: Operation): Promise<void> {
  const enduring = new EnduringHost(host, { patienceMs: PATIENCE_MS });
  operation.report(poolActions[action].label, null);
  try {
    const pool = await findPool(host, name);
    await acts[action](enduring, pool, agreed, operation);
  } catch (error) {
    throw explained(`${poolActions[action].label}: the pool “${name}” failed.`, error);
  } finally {
    enduring.close();
  }
}

type Act = (host: EnduringHost, pool: Pool, agreed: readonly string[], operation: Operation) => Promise<void>;

const acts: Readonly<Record<PoolAction, Act>> = {
  start,
  stop,
  // It only reads; after a lost answer it is read once more.
  refresh: (host, pool) => host.ensure((each) => each.job(remote.storagePoolRefresh, { pool, flags: 0 }).then(done)),
  build: (host, pool) => explaining(host.ensure((each) => each.job(remote.storagePoolBuild, { pool, flags: Build.folder }).then(done))),
  'autostart-on': (host, pool) => setAutostart(host, pool, 1),
  'autostart-off': (host, pool) => setAutostart(host, pool, 0),
  undefine,
  async delete(host, pool, agreed, operation) {
    const picture = await host.read((each) => readStoragePicture(each));
    const volumes = volumesOf(picture.volumes, pool);
    if (volumes.length > 0) await deleteVolumes(host, volumes, agreed, operation);
    const folder = await host.read((each) => ownFolder(each, pool));
    await stop(host, pool);
    // libvirt removes it by rmdir(2), which refuses a folder that holds anything.
    if (folder !== null) await host.read((each) => each.job(remote.storagePoolDelete, { pool, flags: 0 }).catch(asBefore));
    await undefine(host, pool);
  },
};

/** The folder that is the pool; null for all other kinds, and for the one that belongs to the host's system and its policy of labels. */
async function ownFolder(host: LibvirtHost, pool: Pool): Promise<string | null> {
  const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
  const document = parseXml(xml);
  const folder = textAt(document, 'target', 'path');
  return attribute(document, 'type') !== 'dir' || folder === SYSTEM_FOLDER ? null : folder;
}

async function stop(host: EnduringHost, pool: Pool): Promise<void> {
  await host.change(
    (each) => each.job(remote.storagePoolDestroy, { pool }).then(() => true),
    // One that exists only while it is active is gone then.
    async (each) => ((await findByUuid(each, pool.uuid)) === null || !(await isActive(each, pool)) ? true : null),
  );
}

async function undefine(host: EnduringHost, pool: Pool): Promise<void> {
  if ((await host.read((each) => findByUuid(each, pool.uuid))) === null) return;
  const { xml } = await host.read((each) => each.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 }));
  const kind = attribute(parseXml(xml), 'type') ?? '';
  const hasSecret = path(parseXml(xml), 'source', 'auth', 'secret') !== null;
  const secret = hasSecret ? await host.read((each) => findOwnSecret(each, secretUse(kind, pool.uuid))) : null;
  await host.change(
    (each) => each.job(remote.storagePoolUndefine, { pool }).then(() => true),
    async (each) => ((await findByUuid(each, pool.uuid)) === null ? true : null),
  );
  if (secret !== null) await host.ensure((each) => removeSecret(each, secret));
}

function explained(what: string, error: unknown): BackendError {
  const { code, message, reason, remedy } = toBackendError(error);
  return new BackendError(code, code === 'cancelled' ? message : `${what} ${message}`, { reason, remedy, cause: error });
}
