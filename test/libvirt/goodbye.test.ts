import { afterAll, beforeAll, expect, test } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
});
afterAll(() => daemon.stop());

// libvirtd 9.0 crashes when a client that hears events leaves in the middle of an answer (see Session); a later call finds out.
test('a daemon survives clients that leave as soon as they have come', async () => {
  const visit = async () => {
    const connection = await connectTo(daemon.uri);
    await connection.listGuests();
    const asked = Promise.allSettled([connection.listGuests(), connection.listGuests(), connection.networks?.listNetworks()]);
    await connection.close();
    await asked;
  };
  for (let round = 0; round < 30; round++) await Promise.all(Array.from({ length: 5 }, visit));
  await visit();
});

test('a daemon survives clients that change their minds', async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 60; round++) {
    const signal = AbortSignal.timeout(round % 12);
    await libvirtBackend.connect(daemon.uri, unattended(signal)).then(
      async (connection) => {
        outcomes.add('connected');
        await connection.close();
      },
      (error: unknown) => {
        outcomes.add('cancelled');
        expect(error).toMatchObject({ code: 'cancelled' });
      },
    );
  }
  expect(outcomes).toContain('cancelled');
  const connection = await connectTo(daemon.uri);
  expect(await connection.listGuests()).toEqual([]);
  await connection.close();
});
