import { expect, test } from 'vitest';
import { z } from 'zod';
import type { HostConnection, PoolKeeping, Storage } from '../../backends/backend.ts';
import type { VolumeKeeping } from '../../backends/volume-keeping.ts';
import { canPool } from '../../backends/model/pool-action.ts';
import { PoolOffer, PoolSpec } from '../../backends/model/pool-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { Pool, Volume } from '../../backends/model/storage.ts';
import { StorageOutlook } from '../../backends/model/storage-outlook.ts';
import { StorageUses } from '../../backends/model/storage-use.ts';
import type { VolumeSpec } from '../../backends/model/volume-spec.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { codeOf } from './code-of.ts';

const NAME = 'conformance pool';

const volume = (name: string, more: Partial<VolumeSpec> = {}): VolumeSpec => ({
  pool: NAME,
  name,
  format: 'qcow2',
  capacity: 8 * MiB,
  preallocation: 'sparse',
  backing: null,
  passphrase: null,
  ...more,
});

/** What every host that keeps storage must do. `folder`: where a pool may be made; null where this host makes none. */
export function describeStorage(connection: () => HostConnection, folder: () => string | null): void {
  /** Null where it cannot be tried. */
  function parts(): { storage: Storage; pools: PoolKeeping; volumes: VolumeKeeping; target: string } | null {
    const target = folder();
    const { storage } = connection();
    if (storage === null || target === null) return null;
    const { pools, volumes } = storage;
    if (pools === null || volumes === null) throw new Error('a host that may be changed keeps its pools and volumes');
    return { storage, pools, volumes, target };
  }

  test('tells who needs what, of every volume once', async () => {
    const { storage } = connection();
    if (storage === null) return;
    const { volumes } = StorageUses.parse(await storage.uses());
    expect(new Set(volumes.map((use) => JSON.stringify(use.volume))).size).toBe(volumes.length);
    for (const { verdict, users, kept } of volumes) if (users.length > 0) expect([verdict, kept === null]).toEqual(['needed', false]);
  });

  test('makes a pool and takes it away again, as far as it says that this makes sense', async () => {
    const found = parts();
    if (found === null) return;
    const { storage, pools, target } = found;
    const offer = z.array(PoolOffer).parse(await pools.offer());
    expect(offer.find(({ kind }) => kind === 'dir')?.volumeFormats).toContain('qcow2');
    const spec = PoolSpec.parse({ name: NAME, kind: 'dir', place: { target }, build: 'keep', start: true, autostart: false });
    const current = async () => {
      const pool = z
        .array(Pool)
        .parse(await storage.listPools())
        .find(({ name }) => name === NAME);
      if (pool === undefined) throw new Error('the pool is not in the list');
      return pool;
    };
    const { operation, notes } = notedOperation();
    await pools.make(spec, operation);
    expect(notes).toMatchObject([{ product: { kind: 'pool', name: NAME }, state: 'made' }]);
    expect(await codeOf(pools.make(spec, quietOperation()))).toBe('exists');
    expect(await current()).toMatchObject({ active: true, persistent: true, autostart: false, kind: 'dir', path: target });
    expect(canPool(await current(), 'undefine', { change: true }).allowed).toBe(false);
    for (const action of ['autostart-on', 'refresh', 'stop'] as const) {
      expect([action, canPool(await current(), action, { change: true }).allowed]).toEqual([action, true]);
      StorageOutlook.parse(await pools.outlook(NAME, action));
      await pools.act(NAME, action, [], quietOperation());
      const command = pools.commandFor({ kind: action, name: NAME });
      expect(command === null || command.includes(NAME)).toBe(true);
    }
    expect(await current()).toMatchObject({ active: false, autostart: true });
    await pools.act(NAME, 'undefine', [], quietOperation());
    expect((await storage.listPools()).some(({ name }) => name === NAME)).toBe(false);
    expect(await codeOf(pools.act(NAME, 'start', [], quietOperation()))).toBe('not-found');
  });

  test('makes volumes on volumes, changes them, and deletes none that is needed', async () => {
    const found = parts();
    if (found === null) return;
    const { storage, pools, volumes, target } = found;
    const place = { name: NAME, kind: 'dir', place: { target }, build: 'keep', start: true, autostart: false };
    await pools.make(PoolSpec.parse(place), quietOperation());
    const ref = (name: string) => ({ pool: NAME, name });
    const names = async () =>
      z
        .array(Volume)
        .parse(await storage.listVolumes(NAME))
        .map(({ name }) => name)
        .sort();
    try {
      await volumes.make(volume('base.qcow2'), quietOperation());
      const backing = { path: `${target}/base.qcow2`, format: 'qcow2' } as const;
      expect(await volumes.make(volume('above.qcow2', { backing }), quietOperation())).toEqual(ref('above.qcow2'));
      expect(await codeOf(volumes.make(volume('base.qcow2'), quietOperation()))).toBe('exists');
      const misread = { path: backing.path, format: 'raw' } as const;
      expect(await codeOf(volumes.make(volume('odd.qcow2', { backing: misread }), quietOperation()))).toBe('bad-input');
      const nowhere = { path: '/etc/passwd', format: 'raw' } as const;
      expect(await codeOf(volumes.make(volume('odd.qcow2', { backing: nowhere }), quietOperation()))).toBe('not-found');
      expect(await names()).toEqual(['above.qcow2', 'base.qcow2']);
      const uses = (await storage.uses()).volumes.filter((use) => use.volume.pool === NAME);
      expect(uses.find((use) => use.volume.name === 'base.qcow2')).toMatchObject({
        overlays: [ref('above.qcow2')],
        kept: expect.any(String),
      });
      expect(uses.find((use) => use.volume.name === 'above.qcow2')?.chain).toEqual([{ path: backing.path, volume: ref('base.qcow2') }]);

      expect(await codeOf(volumes.outlook({ kind: 'delete', volumes: [ref('base.qcow2')] }))).toBe('in-use');
      const grow = { kind: 'resize', volume: ref('above.qcow2'), capacity: 16 * MiB, shrink: false, allocate: false } as const;
      expect((await volumes.outlook(grow)).losses).toEqual([]);
      await volumes.change(grow, [], quietOperation());
      expect((await storage.listVolumes(NAME)).find(({ name }) => name === 'above.qcow2')?.capacity).toBe(16 * MiB);
      expect(await codeOf(volumes.outlook({ ...grow, capacity: MiB }))).toBe('bad-input');
      await volumes.change({ kind: 'clone', volume: ref('above.qcow2'), to: ref('copy.qcow2'), format: null }, [], quietOperation());
      expect((await storage.listVolumes(NAME)).find(({ name }) => name === 'copy.qcow2')?.backing).toBeNull();

      const { texts } = volumes;
      const wish = (text: string) => ({ pool: NAME, text, passphrase: null, tables: false });
      const written = await texts.write(volume('written.qcow2', { backing }));
      expect(await texts.outlook(wish(written))).toEqual({ name: 'written.qcow2', base: backing.path, names: [] });
      const rights = '<permissions><mode>0640</mode></permissions></target>';
      const theirs = await texts.outlook(wish(written.replace('</target>', rights)));
      expect(theirs.names).toEqual([{ place: 'target/permissions/mode', value: '0640' }]);
      expect(await texts.make(wish(written), quietOperation())).toEqual(ref('written.qcow2'));
      const madeSo = (await storage.listVolumes(NAME)).find(({ name }) => name === 'written.qcow2');
      expect(madeSo).toMatchObject({ format: 'qcow2', capacity: 8 * MiB, backing: { path: backing.path } });
      expect(await codeOf(texts.outlook(wish(written)))).toBe('exists');
      expect(await codeOf(texts.make(wish('<volume><name>odd</nam></volume>'), quietOperation()))).toBe('invalid-definition');
      expect(await codeOf(texts.outlook(wish('<pool><name>odd</name></pool>')))).toBe('invalid-definition');
      await volumes.change({ kind: 'delete', volumes: [ref('written.qcow2')] }, [], quietOperation());

      const cancelled = AbortSignal.abort();
      expect(await codeOf(volumes.make(volume('never.qcow2'), quietOperation({ signal: cancelled })))).toBe('cancelled');
      const all = { kind: 'delete', volumes: ['base.qcow2', 'above.qcow2', 'copy.qcow2'].map(ref) } as const;
      const goners = { ...all, volumes: [...all.volumes] };
      const outlook = StorageOutlook.parse(await volumes.outlook(goners));
      expect(outlook.paths).toHaveLength(3);
      await volumes.change(goners, outlook.doubts, quietOperation());
      expect(await names()).toEqual([]);
      expect(await codeOf(volumes.outlook(goners))).toBe('not-found');
    } finally {
      await pools.act(NAME, 'stop', [], quietOperation());
      await pools.act(NAME, 'undefine', [], quietOperation());
    }
  });
}
