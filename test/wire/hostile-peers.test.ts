import { expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { domainEvents } from '../../backends/libvirt/protocol/events.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { LibvirtError } from '../../backends/libvirt/rpc/libvirt-error.ts';
import { encodePacket, type Packet } from '../../backends/libvirt/rpc/packet.ts';
import { Session } from '../../backends/libvirt/rpc/session.ts';
import { FakeLibvirtd, type FakePeer } from '../fakes/fake-libvirtd.ts';
import { Dice, goodPacket, spoil } from './hostile-bytes.ts';
import { events, procedures } from './whole-protocol.ts';

/** GUESTHOUSE_SEED repeats a run. */
const seed = Number(process.env['GUESTHOUSE_SEED'] ?? Date.now() % 1_000_000_000);
const ROUNDS = 2000;
const dom = { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const vol = { pool: 'images', name: 'disk', key: '/disk' };

/** Answers a call as a peer that is broken, hostile, or for once good. */
function answerSomehow(call: Packet, peer: FakePeer, dice: Dice): void {
  const procedure = procedures.find(({ program, number }) => program === call.program && number === call.procedure);
  if (procedure === undefined) throw new Error('the session has called something that does not exist');
  const good = goodPacket(procedure.result.layout, dice);
  const header = { ...call, type: 1, status: 0 };
  const any = (...numbers: number[]) => numbers[dice.roll(numbers.length)] ?? 0;
  switch (dice.roll(10)) {
    case 0:
      return;
    case 1:
      return peer.send(header, spoil(good, dice));
    case 2:
      return peer.send({ ...header, status: any(1, 2, 3, -1) }, spoil(good, dice));
    case 3:
      return peer.send({ ...header, type: any(0, 2, 3, 4, 5, 6, 7), status: any(0, 1, 2) }, dice.bytes(dice.roll(40)));
    case 4:
      return peer.send({ ...header, serial: any(0, 1, 2, 3, 77, 0xffff_ffff) }, good.bytes);
    case 5:
      return peer.error(call, { code: any(0, 1, 38, 39, -1), message: dice.roll(2) === 0 ? null : 'no' });
    case 6: {
      // A stream's data, an end, an error, for calls that have streams and for others.
      peer.send(header, good.bytes);
      for (let more = dice.roll(4); more > 0; more--) {
        peer.send({ ...call, type: any(3, 3, 6), status: any(0, 1, 2, 2) }, dice.bytes(dice.roll(20)));
      }
      return;
    }
    case 7: {
      const packet = encodePacket(header, good.bytes);
      const at = dice.roll(packet.length);
      packet[at] = dice.roll(256);
      return peer.raw(packet.subarray(0, dice.roll(2) === 0 ? packet.length : dice.roll(packet.length)));
    }
    default:
      return peer.send(header, good.bytes);
  }
}

test(
  `GUESTHOUSE_SEED=${seed}: whatever a peer does, all that was asked is settled, once, with an error of ours`,
  { timeout: 60_000 },
  async () => {
    const dice = new Dice(seed);
    const outcomes = new Map<string, number>();
    const count = (what: string) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    for (let round = 0; round < ROUNDS; round++) {
      const daemon = new FakeLibvirtd();
      const session = new Session(daemon.connect(), { dedicated: round % 2 === 0 });
      for (const { procedure } of [
        { procedure: remote.connectListAllDomains },
        { procedure: remote.domainGetXmlDesc },
        { procedure: remote.domainCreateWithFlags },
        { procedure: remote.storageVolDownload },
        { procedure: remote.domainOpenConsole },
      ]) {
        daemon.handle<unknown, unknown>(procedure, (call, peer) => answerSomehow(call, peer, dice));
      }
      session.on(domainEvents.lifecycle, () => undefined);
      const event = events[dice.roll(events.length)];
      if (event !== undefined) {
        const { program, number, payload } = event;
        daemon.peer.send(
          { program, version: 1, procedure: number, type: 2, serial: 1, status: 0 },
          spoil(goodPacket(payload.layout, dice), dice),
        );
      }
      const asked = [
        session.call(remote.connectListAllDomains, { needResults: 1, flags: 0 }),
        session.call(remote.domainGetXmlDesc, { dom, flags: 0 }),
        session.call(remote.domainCreateWithFlags, { dom, flags: 0 }),
        session.openStream(remote.storageVolDownload, { vol, offset: 0n, length: 0n, flags: 1 }).then(async ({ stream }) => {
          while ((await stream.read()) !== null);
          await stream.finish();
        }),
        session.openStream(remote.domainOpenConsole, { dom, devName: null, flags: 0 }).then(async ({ stream }) => {
          await stream.write(Buffer.from('x'));
          await stream.abort();
        }),
        session.call(remote.connectListAllDomains, { needResults: 1, flags: 0 }),
      ].map((promise) =>
        promise.then(
          () => count('answered'),
          (error: unknown) => {
            if (error instanceof LibvirtError) return count('refused');
            if (error instanceof BackendError && error.code !== 'internal') return count(error.code);
            throw error;
          },
        ),
      );
      await new Promise(setImmediate);
      daemon.peer.end();
      await Promise.all(asked);
      const reason = await session.closed;
      expect(reason?.code ?? 'closed').toMatch(/^(connection-lost|protocol)$/);
    }
    console.info(`seed ${seed}: ${[...outcomes].map(([what, times]) => `${what} ${times}`).join(', ')}`);
    expect([...outcomes.values()].reduce((sum, times) => sum + times, 0)).toBe(ROUNDS * 6);
    for (const what of ['answered', 'refused', 'protocol', 'connection-lost', 'outcome-unknown'])
      expect(outcomes.get(what), what).toBeGreaterThan(0);
  },
);
