import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { codeOf } from './code-of.ts';

/** What every host that moves its volumes must do. `pool`: where it may be tried; null where the host moves none. */
export function describeTransfers(connection: () => HostConnection, pool: () => string | null): void {
  test('moves an image to a volume and back, once under each name, and leaves nothing of what was cancelled', async () => {
    const where = pool();
    const storage = connection().storage;
    if (where === null || storage === null) return;
    const { transfers } = storage;
    if (transfers === null) throw new Error('a host that makes disks must move them');
    const folder = await mkdtemp(join(tmpdir(), 'guesthouse-conformance-'));
    try {
      const source = { path: join(folder, 'image.img') };
      await writeFile(source.path, Buffer.alloc(MiB, 'guest'));
      const names = async () => (await storage.listVolumes(where)).map(({ name }) => name);
      const before = await names();
      const to = { pool: where, name: 'conformance.img' };

      const cancelled = new AbortController();
      const soon = quietOperation({ report: () => cancelled.abort(), signal: cancelled.signal });
      expect(await codeOf(transfers.upload(to, source, soon))).toBe('cancelled');
      expect(await names()).toEqual(before);

      const steps: string[] = [];
      const operation = quietOperation({ report: (step) => void steps.push(step) });
      await transfers.upload(to, source, operation);
      expect(steps.length).toBeGreaterThan(0);
      expect((await storage.listVolumes(where)).find(({ name }) => name === to.name)).toMatchObject({ pool: where, format: 'raw' });
      expect(await codeOf(transfers.upload(to, source, operation))).toBe('exists');
      expect(await codeOf(transfers.upload({ pool: 'no such pool', name: 'a' }, source, operation))).toBe('not-found');

      await transfers.download(to, { path: join(folder, 'copy'), replaces: null }, operation);
      const nowhere = { path: join(folder, 'nothing'), replaces: null };
      expect(await codeOf(transfers.download({ pool: where, name: 'no such volume' }, nowhere, operation))).toBe('not-found');
      expect((await readdir(folder)).filter((name) => name.startsWith('nothing'))).toEqual([]);
      expect(await transfers.doubtsAboutReplacing(to)).toBeInstanceOf(Array);
      await transfers.replace(to, source, operation);
      for (const what of ['upload', 'replace', 'download'] as const) {
        const command = transfers.commandFor(what, to, { name: 'image.img', size: MiB });
        expect(command === null || command.includes(to.name)).toBe(true);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
