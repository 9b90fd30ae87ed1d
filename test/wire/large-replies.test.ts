import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Program } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { encodePacket, PacketType } from '../../backends/libvirt/rpc/packet.ts';
import { Session } from '../../backends/libvirt/rpc/session.ts';
import { connectUnix } from '../../backends/libvirt/transport/unix.ts';
import { encode, FakeLibvirtd } from '../fakes/fake-libvirtd.ts';

const GUESTS = 8000;
const COUNTERS = 100;

let daemon: FakeLibvirtd;
let session: Session;
let end: () => Promise<void>;

beforeEach(async () => {
  daemon = new FakeLibvirtd();
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-large-'));
  const close = await daemon.listen(join(folder, 'sock'));
  session = new Session(await connectUnix(join(folder, 'sock')));
  end = async () => {
    session.close();
    await close();
    await rm(folder, { recursive: true });
  };
});
afterEach(() => end());

/** Statistics of 8,000 guests with 100 counters each: 28 MB. */
function largeReply(): Buffer {
  const params = Array.from(
    { length: COUNTERS },
    (_, index) => ({ field: `block.${index % 40}.rd.bytes`, type: 'ullong', value: BigInt(index) }) as const,
  );
  const retStats = Array.from({ length: GUESTS }, (_, id) => ({
    dom: { name: `guest-${id}`, uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id },
    params,
  }));
  return encode(remote.connectGetAllDomainStats.result, { retStats });
}

/** The longest time in ms in which this process did nothing else, until it is asked. */
function watchTurns(): () => number {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

test('W24: a ping behind a reply of 28 MB is answered before that reply is decoded, and other calls too', { timeout: 60_000 }, async () => {
  const payload = largeReply();
  daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
  const order: string[] = [];
  let longest = () => 0;
  let began = 0;
  daemon.handle(remote.connectGetAllDomainStats, (call, peer) => {
    longest = watchTurns();
    began = performance.now();
    peer.raw(encodePacket({ ...call, type: PacketType.reply }, payload));
    peer.keepAlive(1);
    void peer.packet(({ program }) => program === Program.keepAlive).then(() => order.push('pong'));
  });
  const large = session.call(remote.connectGetAllDomainStats, { doms: [], stats: 0, flags: 0 }).then(({ retStats }) => {
    order.push('large');
    return retStats;
  });
  const small = session.call(remote.connectGetType, {}).then(() => order.push('small'));
  await small;
  const retStats = await large;
  const took = performance.now() - began;
  const blocked = longest();
  console.info(
    `${Math.round(payload.length / 1e6)} MB: nothing else was done for ${Math.round(blocked)} ms at most, of ${Math.round(took)}`,
  );
  expect(retStats).toHaveLength(GUESTS);
  expect(retStats[GUESTS - 1]?.params[COUNTERS - 1]).toEqual({ field: 'block.19.rd.bytes', type: 'ullong', value: BigInt(COUNTERS - 1) });
  expect(order.indexOf('pong')).toBeLessThan(order.indexOf('large'));
  expect(order.indexOf('small')).toBeLessThan(order.indexOf('large'));
  // Joining the pieces of the packet takes some; decoding at once would take nearly all of it.
  expect(blocked).toBeLessThan(took / 2);
});

test('a large reply that is cut short fails its call only', { timeout: 60_000 }, async () => {
  const payload = largeReply();
  daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
  daemon.handle(remote.connectGetAllDomainStats, (call, peer) => {
    peer.raw(encodePacket({ ...call, type: PacketType.reply }, payload.subarray(0, payload.length - 2)));
  });
  await expect(session.call(remote.connectGetAllDomainStats, { doms: [], stats: 0, flags: 0 })).rejects.toMatchObject({ code: 'protocol' });
  expect(await session.call(remote.connectGetType, {})).toEqual({ type: 'FAKE' });
});
