import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GuestCreation, HostConnection } from '../../backends/backend.ts';
import { CreationOffer, type GuestSpec } from '../../backends/model/guest-spec.ts';
import { GuestDetails } from '../../backends/model/guest.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';

/** A host that runs containers. */
export interface ContainerTrial {
  readonly connection: HostConnection;
  /** A folder that has /bin/sh, and belongs to the users of `idMap`. */
  readonly folder: string;
  /** The same as an archive. */
  readonly archive: string;
  /** Of a kind whose volumes are files. */
  readonly pool: string;
  close(): Promise<void>;
}

const idMap = { start: 200_000, count: 1000 };
export const containerUsers = idMap;

/** What every backend must do that makes containers. */
export function describeContainers(name: string, open: () => Promise<ContainerTrial>): void {
  describe(`${name}: containers`, () => {
    let trial: ContainerTrial;
    let creation: GuestCreation;
    beforeEach(async () => {
      trial = await open();
      if (trial.connection.creation === null) throw new Error('the host makes no containers');
      ({ creation } = trial.connection);
    });
    afterEach(() => trial.close());

    const spec = (source: GuestSpec['source']) => plainSpec('a-container', { source, firmware: null, memory: 64 * MiB, start: false });
    const whole = (into: string | null, map: typeof idMap | null = idMap): GuestSpec['source'] => ({
      kind: 'container-os',
      from: { kind: 'file', token: chosenToken },
      into,
      init: '/bin/sh',
      idMap: map,
      hostname: null,
      rootPasswordHash: null,
    });
    const app = (map: typeof idMap | null): GuestSpec['source'] => ({
      kind: 'container-app',
      init: '/bin/sh',
      arguments: ['-i'],
      idMap: map,
    });
    const errors = async (source: GuestSpec['source'], path: string) =>
      (await creation.check(guestRequest(spec(source), path))).filter(({ severity }) => severity === 'error');

    test('its roads are offered and no others, which is said', async () => {
      const offer = CreationOffer.parse(await creation.offer());
      expect(offer.roads.filter(({ why }) => why === null).map(({ kind }) => kind)).toEqual(['container-app', 'container-os']);
      expect(offer.roads.find(({ kind }) => kind === 'iso')?.why).toContain('runs containers');
      expect(offer).toMatchObject({
        machine: { type: 'lxc', abi: 'exe' },
        acceleration: { kind: 'none' },
        firmwares: [],
        tpm: false,
        cpuModes: [],
        graphics: ['none'],
      });
      expect(await creation.check(guestRequest(plainSpec('x', { firmware: null }), trial.archive))).toContainEqual(
        expect.objectContaining({ field: 'host', severity: 'error' }),
      );
    });

    test('what cannot be is told before: users of its own over the host’s files, an archive without a pool', async () => {
      expect(await errors(app(idMap), '')).toMatchObject([{ field: 'host', message: expect.stringContaining('maps no users') }]);
      expect(await creation.check(guestRequest(spec(whole(null, null)), trial.folder))).toContainEqual(
        expect.objectContaining({ field: 'host', severity: 'warning', message: expect.stringContaining('root on the host') }),
      );
      expect(await errors(whole(null), trial.archive)).toMatchObject([
        { field: 'media', message: expect.stringContaining('unpacked'), mends: [{ kind: 'copy', pool: trial.pool }] },
      ]);
      expect(await errors(whole(trial.pool), trial.archive)).toEqual([]);
    });

    test('a system is made over a folder, with users of its own and a console of text alone', async () => {
      const request = guestRequest(spec(whole(null)), trial.folder);
      expect(await creation.check(request)).toEqual([]);
      const { definition } = await creation.preview(request);
      expect(definition).toContain(`dir="${trial.folder}"`);
      expect(definition).toContain(`target="${idMap.start}" count="${idMap.count}"`);
      const id = await creation.create(request, quietOperation());
      const details = GuestDetails.parse(await trial.connection.describeGuest(id));
      expect(details).toMatchObject({ virtualization: 'container', firmware: null, disks: [] });
      expect(details.consoles.map(({ kind }) => kind)).toEqual(['serial']);
    });

    test('a program is told with its words, and the root that it sees is the host’s', async () => {
      const request = guestRequest(spec(app(null)), '');
      const { definition } = await creation.preview(request);
      expect(definition).toContain('<initarg>-i</initarg>');
      expect(definition).not.toContain('<filesystem');
      expect(await creation.check(request)).toMatchObject([{ field: 'host', severity: 'warning' }]);
    });

    test('an archive is put into a new folder of a pool, which is written down before', async () => {
      const { operation, notes } = notedOperation();
      await creation.create(guestRequest(spec(whole(trial.pool)), trial.archive), operation);
      expect(notes).toContainEqual({
        product: expect.objectContaining({ kind: 'tree', pool: trial.pool, name: 'a-container' }),
        state: 'made',
      });
      const volumes = await trial.connection.storage?.listVolumes(trial.pool);
      expect(volumes).toContainEqual(expect.objectContaining({ name: 'a-container', folder: true }));
    });
  });
}
