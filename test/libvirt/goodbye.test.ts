import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { ScriptedHost } from '../fakes/scripted-host.ts';
import { at, byKey, failure, makeBed } from './ssh-bed.ts';

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

test('over ssh the road stays until the daemon has answered, and whoever leaves waits for it', async () => {
  const bed = await makeBed();
  for (const [name, value] of Object.entries(bed.client.env)) vi.stubEnv(name, value);
  const host = await ScriptedHost.start(1);
  onTestFinished(async () => {
    await bed.stop();
    await host.close();
    vi.unstubAllEnvs();
  });
  const { sshd, keyFile } = await bed.trusted();
  const connection = await connectTo(at(sshd, `/system?${byKey(keyFile)}&${new URL(host.uri).search.slice(1)}`, 'root'));
  const answers: (() => void)[] = [];
  host.daemon.handle(remote.connectListAllDomains, (call, peer) => {
    answers.push(() => peer.reply(call, remote.connectListAllDomains.result, { domains: [], ret: 0 }));
  });
  const asked = failure(connection.listGuests());
  await vi.waitFor(() => expect(answers).not.toEqual([]));
  let left = false;
  const leaving = connection.close().then(() => (left = true));
  expect(await asked).toMatchObject({ code: 'connection-lost' });
  await sleep(300);
  expect(left).toBe(false);
  expect(await bed.programs()).not.toEqual(new Map());
  for (const answer of answers) answer();
  await leaving;
  await vi.waitFor(async () => expect(await bed.programs()).toEqual(new Map()), { timeout: 15_000 });
});
