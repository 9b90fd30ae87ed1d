import type { HostId } from '#model/host';
import { poolActions, type PoolAction } from '#model/pool-action';
import type { PoolKind, PoolPlace } from '#model/pool-kinds';
import type { PoolSource, PoolSpec } from '#model/pool-spec';
import type { VolumeRef } from '#model/storage';
import type { VolumeChange, VolumeSpec } from '#model/volume-spec';
import type { VolumeText } from '#model/volume-text';
import { api } from '../api.ts';
import { readableText } from '../ui/foreign-text.tsx';
import { hostKeys } from './keys.ts';
import { queryClient } from './query-client.ts';
import { reportFailure } from './report-failure.ts';
import { tellsItself } from './told-tasks.ts';

/** Resolves when the pool is there. Rejects with what stands against it, or 'cancelled' when main asked and the person said no. */
export function makePool(host: HostId, spec: PoolSpec): Promise<void> {
  const operation = crypto.randomUUID();
  tellsItself(operation);
  return fresh(host, api.storage.makePool({ host, spec, operation }));
}

/** As `makePool`, but resolves as soon as the work itself has begun: its task tells the rest. */
export function makeVolume(host: HostId, spec: VolumeSpec): Promise<void> {
  const operation = crypto.randomUUID();
  return begun(operation, fresh(host, api.storage.makeVolume({ host, spec, operation })));
}

/** As `makeVolume`. Main may ask first. */
export function makeVolumeByText(host: HostId, wish: VolumeText): Promise<void> {
  const operation = crypto.randomUUID();
  return begun(operation, fresh(host, api.storage.makeVolumeByText({ host, wish, operation })));
}

/** As `makeVolume`. */
export function changeVolume(host: HostId, change: VolumeChange): Promise<void> {
  const operation = crypto.randomUUID();
  return begun(operation, fresh(host, api.storage.changeVolume({ host, change, operation })));
}

/** Main asks first where something goes. What fails is toasted. */
export async function actOnPool(host: HostId, pool: string, action: PoolAction): Promise<void> {
  try {
    await fresh(host, api.storage.actOnPool({ host, pool, action, operation: crypto.randomUUID() }));
  } catch (error) {
    reportFailure(`${poolActions[action].label}: pool “${readableText(pool)}”`, error);
  }
}

/** Main names them all and asks. Says whether they went. */
export async function deleteVolumes(host: HostId, volumes: readonly VolumeRef[]): Promise<boolean> {
  const [first] = volumes;
  if (first === undefined) return false;
  const what = volumes.length === 1 ? `Delete “${readableText(first.name)}”` : `Delete ${volumes.length} volumes`;
  try {
    const change = { kind: 'delete' as const, volumes: volumes.map(({ pool, name }) => ({ pool, name })) };
    await fresh(host, api.storage.changeVolume({ host, change, operation: crypto.randomUUID() }));
    return true;
  } catch (error) {
    reportFailure(what, error);
    return false;
  }
}

/** Whatever came of it, the host's storage may have changed: libvirt tells of pools, but of no volume. */
async function fresh(host: HostId, call: Promise<void>): Promise<void> {
  try {
    await call;
  } finally {
    for (const queryKey of [hostKeys.pools(host), hostKeys.volumesOfAll(host), hostKeys.uses(host)]) {
      void queryClient.invalidateQueries({ queryKey });
    }
  }
}

/** The end of the call, or the first progress of the task that it is. */
function begun(operation: string, call: Promise<void>): Promise<void> {
  // The dialog says what went wrong before the work began; afterwards it is gone.
  const leave = tellsItself(operation);
  return new Promise((resolve, reject) => {
    const stop = api.tasks.changed(({ id, state }) => {
      if (id === operation && state.kind === 'running' && state.progress !== null) {
        leave();
        resolve();
      }
    });
    call.then(resolve, reject).finally(stop);
  });
}

/** What the host finds to make a pool of; `place` holds what its kind needs to be told first. */
export const discoverPools = (host: HostId, kind: PoolKind, place: PoolPlace): Promise<PoolSource[]> =>
  api.storage.discoverPools({ host, kind, place });
