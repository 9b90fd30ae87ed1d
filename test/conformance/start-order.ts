import { expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';

/** What every backend does alike with the order in which guests start. */
export function describeStartOrder(open: () => HostConnection, guest: () => GuestId): void {
  const order = () => {
    const { startOrder } = open();
    if (startOrder === null) throw new Error('this host keeps no order');
    return startOrder;
  };
  const placeOf = async () => (await order().read()).find(({ id }) => id === guest())?.place ?? null;

  test('a place in the start order is given, read, changed and taken away, and nobody’s change is overwritten', async () => {
    expect(await placeOf()).toBeNull();
    await order().set({ id: guest(), was: null, place: { order: 2, delay: 30 } });
    expect(await placeOf()).toEqual({ order: 2, delay: 30 });
    // Said twice, it is so already.
    await order().set({ id: guest(), was: null, place: { order: 2, delay: 30 } });
    const other = { id: guest(), was: null, place: { order: 1, delay: 0 } };
    await expect(order().set(other)).rejects.toMatchObject({ code: 'conflict' });
    await order().set({ ...other, was: { order: 2, delay: 30 } });
    expect(await placeOf()).toEqual({ order: 1, delay: 0 });
    await order().set({ id: guest(), was: { order: 1, delay: 0 }, place: null });
    expect(await placeOf()).toBeNull();
  });
}
