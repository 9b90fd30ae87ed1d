import { expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import type { NotedProduct, Product } from '../../backends/model/product.ts';
import type { FaultCode } from '../../backends/model/fault.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { quietOperation } from '../bed/quiet-operation.ts';

const NOBODY = '00000000-0000-4000-8000-00000000dead';
const made = (product: Product): NotedProduct => ({ product, made: true });

/** What every host must tell of what an operation that did not end has left. `pool`: where volumes may be made; null where none are. */
export function describeLeftovers(connection: () => HostConnection, pool: () => string | null): void {
  test('tells what is gone, and removing that is no failure', async () => {
    const { leftovers } = connection();
    if (leftovers === null) throw new Error('a host that can be changed must find what was left there');
    const products = [
      made({ kind: 'volume', pool: 'no such pool', name: 'a', capacity: null }),
      made({ kind: 'condemned', pool: 'no such pool', name: 'a' }),
      made({ kind: 'guest', id: NOBODY, name: 'nobody' }),
    ];
    expect(await leftovers.find(products)).toEqual(products.map(() => ({ kind: 'gone' })));
    for (const product of products) await leftovers.remove(product);
  });

  test('removes a volume that was being made, and none that was there before', async () => {
    const where = pool();
    const { leftovers, storage } = connection();
    const volumes = storage?.volumes ?? null;
    if (where === null || leftovers === null || volumes === null) return;
    const ref = { pool: where, name: 'left.qcow2' };
    const capacity = 4 * MiB;
    await volumes.make({ ...ref, format: 'qcow2', capacity, preallocation: 'sparse', backing: null, passphrase: null }, quietOperation());
    const there = async (product: NotedProduct) => (await leftovers.find([product]))[0]?.kind;
    const over = made({ kind: 'overwritten', ...ref });
    const other = { product: { kind: 'volume' as const, ...ref, capacity: 8 * MiB }, made: false };
    expect([await there(over), await there(other)]).toEqual(['kept', 'kept']);
    expect([await codeOf(leftovers.remove(over)), await codeOf(leftovers.remove(other))]).toEqual(['in-use', 'in-use']);
    const ours = { product: { kind: 'volume' as const, ...ref, capacity }, made: false };
    expect(await there(ours)).toBe('there');
    await leftovers.remove(ours);
    expect((await storage?.listVolumes(where))?.map(({ name }) => name)).not.toContain(ref.name);
  });
}

async function codeOf(promise: Promise<unknown>): Promise<FaultCode | null> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackendError) return error.code;
    throw error;
  }
  return null;
}
