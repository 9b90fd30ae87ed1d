import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { at, byKey, makeBed, runFolder } from './ssh-bed.ts';

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

test('nor are those cut off that come over ssh, where the road is what is left', async () => {
  const bed = await makeBed();
  for (const [name, value] of Object.entries(bed.client.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    await bed.stop();
    vi.unstubAllEnvs();
  });
  const { sshd, keyFile } = await bed.trusted({ libvirt: runFolder(daemon) });
  const uri = at(sshd, `/system?${byKey(keyFile)}`);
  for (let round = 0; round < 12; round++) {
    const connection = await connectTo(uri);
    const asked = Promise.allSettled([connection.listGuests(), connection.listGuests(), connection.networks?.listNetworks()]);
    await connection.close();
    await asked;
  }
  const connection = await connectTo(daemon.uri);
  expect(await connection.listGuests()).toEqual([]);
  await connection.close();
});
