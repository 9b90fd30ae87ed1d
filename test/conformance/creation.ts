import { expect, test } from 'vitest';
import type { GuestRequest, HostConnection } from '../../backends/backend.ts';
import { DeletionPlan } from '../../backends/model/deletion.ts';
import { CreationOffer, type GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import type { VolumeSpec } from '../../backends/model/volume-spec.ts';
import { HostDrive } from '../../backends/model/host-drive.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import type { ChangeLog } from './change-log.ts';
import { codeOf } from './code-of.ts';

interface Trial {
  connection(): HostConnection;
  /** Of that connection. */
  log(): ChangeLog;
  /** A guest that does not exist yet; null where the host makes none. */
  request(): GuestRequest | null;
  /** A name that a guest of the host has. */
  taken(): Promise<string>;
}

const quietly = quietOperation();

/** Where its first disk goes. */
export function poolOf(spec: GuestSpec | undefined): string | null {
  const disk = spec?.disks[0];
  return disk?.kind === 'new' ? disk.pool : null;
}

/** What every backend must do that makes guests, and deletes what it made. */
export function describeCreation({ connection, log, request, taken }: Trial): void {
  test('offers what a new guest can have, objects to what it cannot, makes it and deletes it', async () => {
    const { creation, deletion } = connection();
    const wanted = request();
    expect(creation !== null).toBe(wanted !== null);
    if (creation === null || wanted === null) return;
    const { spec, files } = wanted;
    const pool = poolOf(spec);
    const offer = CreationOffer.parse(await creation.offer());
    const other = await taken();
    expect(offer.takenNames).toContain(other);
    const objections = await creation.check({ spec: { ...spec, name: other }, files });
    expect(objections).toContainEqual(expect.objectContaining({ field: 'name', severity: 'error' }));
    const tooMany = await creation.check({ spec: { ...spec, vcpus: offer.vcpusMax + 1 }, files });
    expect(tooMany).toContainEqual(expect.objectContaining({ field: 'vcpus', severity: 'error' }));
    expect((await creation.check({ spec, files })).filter(({ severity }) => severity === 'error')).toEqual([]);
    const before = await connection().listGuests();
    expect(await codeOf(creation.create({ spec: { ...spec, name: other }, files }, quietly))).toBe('exists');
    expect(await connection().listGuests()).toHaveLength(before.length);

    const steps: string[] = [];
    const id = await creation.create({ spec, files }, quietOperation({ report: (step) => void steps.push(step) }));
    expect(steps.length).toBeGreaterThan(0);
    await log().guest(id, (guest) => guest.name === spec.name && guest.state === 'running', 10_000);
    if (deletion === null) throw new Error('a host that makes guests must delete them');
    const plan = DeletionPlan.parse(await deletion.plan(id));
    expect(plan).toMatchObject({ name: spec.name, running: true });
    const text = (await connection().definitions?.read(id))?.text ?? '';
    const offered = plan.disks.filter(({ verdict }) => verdict.kind === 'offered').map(({ path }) => path);
    expect(offered).toHaveLength(spec.disks.length);
    expect(await deletion.delete(id, offered, quietly)).toEqual({ deletedDisks: offered, leftovers: [] });
    await log().removed(id, 10_000);
    expect(await connection().listGuests()).toHaveLength(before.length);
    if (pool !== null) {
      const volumes = (await connection().storage?.listVolumes(pool)) ?? [];
      expect(volumes.filter(({ path }) => offered.includes(path))).toEqual([]);
    }
    const { definitions } = connection();
    if (definitions === null) return;
    const [outlook] = await definitions.outlooks([text]);
    expect(outlook?.disks.flatMap(({ path, found }) => (found === 'gone' ? [path] : []))).toEqual(offered);
    expect(await codeOf(definitions.defineAgain(id, text, other))).toBe('exists');
    expect((await definitions.defineAgain(id, text, spec.name)).text).toContain(`<uuid>${id}</uuid>`);
    const again = (await connection().listGuests()).find((guest) => guest.id === id);
    expect(again).toMatchObject({ name: spec.name, state: 'shut-off', persistent: true });
    await deletion.delete(id, [], quietly);
    expect(await connection().listGuests()).toHaveLength(before.length);
  });

  test('objects to a disk in place that another guest or an overlay needs, and offers to copy it', async () => {
    const { creation, storage } = connection();
    const wanted = request();
    const pool = poolOf(wanted?.spec);
    if (creation === null || wanted === null || pool === null) return;
    const { spec, files } = wanted;
    const { volumes } = storage ?? {};
    if (storage == null || volumes == null) throw new Error('a host that makes disks keeps volumes');
    const make = async (name: string, backing: VolumeSpec['backing']) =>
      volumes.make({ pool, name, format: 'qcow2', capacity: 8 * MiB, preallocation: 'sparse', backing, passphrase: null }, quietly);
    const base = await make('conformance base.qcow2', null);
    const path = (await storage.listVolumes(pool)).find(({ name }) => name === base.name)?.path ?? '';
    const objections = async (more: Partial<GuestSpec>) => {
      const found = await creation.check({ spec: { ...spec, disks: [], nics: [], ...more }, files });
      return found.filter(({ field }) => field === 'media' || field === 'disk');
    };
    const source = { kind: 'disk', from: { kind: 'volume', volume: base }, into: null, size: null } as const;
    try {
      expect(await objections({ source })).toEqual([]);
      const above = await make('conformance above.qcow2', { path, format: 'qcow2' });
      const refused = await objections({ source });
      expect(refused).toMatchObject([{ field: 'media', severity: 'error', mends: [{ kind: 'copy', pool }] }]);
      expect(refused[0]?.message).toContain(above.name);
      const second = { kind: 'volume', volume: base } as const;
      expect(await objections({ source: { kind: 'pxe' }, disks: [second] })).toMatchObject([
        { field: 'disk', severity: 'error', mends: [] },
      ]);
      expect(await objections({ source: { ...source, into: pool } })).toEqual([]);
      expect(await objections({ source: { ...source, from: { kind: 'volume', volume: above } } })).toEqual([]);
    } finally {
      const all = (await storage.listVolumes(pool)).filter(({ name }) => name.startsWith('conformance '));
      await volumes.change({ kind: 'delete', volumes: all.map(({ name }) => ({ pool, name })) }, [], quietly);
    }
  });

  test('shows the definition of a guest before it exists, and refuses one of another name', async () => {
    const { creation } = connection();
    const wanted = request();
    if (creation === null || wanted === null) return;
    const { spec, files } = wanted;
    const before = await connection().listGuests();
    const { definition, command } = await creation.preview({ spec, files });
    expect(definition).toContain(`<name>${spec.name}</name>`);
    expect(definition.match(/device="disk"/g)).toHaveLength(spec.disks.length);
    expect(command).toMatch(/^virt-install /);
    const renamed = definition.replace(`<name>${spec.name}</name>`, '<name>somebody else</name>');
    expect(await codeOf(creation.create({ spec, files, definition: renamed }, quietOperation()))).toBe('invalid-definition');
    expect(await connection().listGuests()).toHaveLength(before.length);
    const odd = { type: 'kvm', abi: 'hvm', arch: 'sparc9', machine: null } as const;
    expect(await codeOf(creation.offer(odd))).toBe('unsupported');
  });

  test('lists the host’s own drives, and makes nothing from one that the host does not have', async () => {
    const { creation } = connection();
    const wanted = request();
    if (creation === null || wanted === null) return;
    const drives = HostDrive.array().parse(await creation.drives());
    expect(new Set(drives.map(({ id }) => id)).size).toBe(drives.length);
    const before = await connection().listGuests();
    const source = { kind: 'disk', from: { kind: 'drive', drive: 'block_of_nobody' }, into: null, size: null } as const;
    const spec = { ...wanted.spec, name: 'driven', source, disks: [] };
    const objections = await creation.check({ spec, files: wanted.files });
    expect(objections).toContainEqual(expect.objectContaining({ field: 'media', severity: 'error' }));
    await expect(creation.create({ spec, files: wanted.files }, quietly)).rejects.toThrow('does not have this drive');
    expect(await connection().listGuests()).toHaveLength(before.length);
  });
}
