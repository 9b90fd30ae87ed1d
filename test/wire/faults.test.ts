import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { domainEvents } from '../../backends/libvirt/protocol/events.ts';
import { Program } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { encodePacket, type Packet, PacketType } from '../../backends/libvirt/rpc/packet.ts';
import { Session } from '../../backends/libvirt/rpc/session.ts';
import { connectUnix } from '../../backends/libvirt/transport/unix.ts';
import { SEND_QUEUE_LIMIT } from '../../backends/libvirt/transport/transport.ts';
import { opaque, struct } from '../../backends/libvirt/xdr/codec.ts';
import { encode, FakeLibvirtd } from '../fakes/fake-libvirtd.ts';

// The rows of faults that a peer can show, over memory and over a real socket. Their finer points are beside the sources (rpc/*.test.ts).

const dom = { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const lifecycle = { callbackId: 0, dom, event: 2, detail: 0 };
const header = (packet: Partial<Packet>) => ({
  program: Program.remote,
  version: 1,
  procedure: 3,
  type: 1,
  serial: 1,
  status: 0,
  ...packet,
});
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe.each(['memory', 'a unix socket'])('over %s', (medium) => {
  let daemon: FakeLibvirtd;
  let session: Session;
  let end: () => Promise<void>;

  beforeEach(async () => {
    daemon = new FakeLibvirtd();
    daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
    if (medium === 'memory') {
      session = new Session(daemon.connect());
      end = async () => undefined;
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'guesthouse-faults-'));
    const close = await daemon.listen(join(folder, 'sock'));
    session = new Session(await connectUnix(join(folder, 'sock')));
    end = async () => {
      await close();
      await rm(folder, { recursive: true });
    };
  });
  afterEach(async () => {
    session.close();
    await end();
  });

  const read = () => session.call(remote.connectGetType, {});
  const codeOf = (of: Promise<unknown>) =>
    of.then(
      () => 'answered',
      (error: unknown) => (error instanceof BackendError ? error.code : String(error)),
    );

  /** Two calls wait while the peer does something wrong: what becomes of them and of the connection. */
  async function during(fault: (call: Packet) => void): Promise<{ first: string; second: string; connection: string | null }> {
    daemon.handle(remote.connectGetType, (call) => {
      if (call.serial === 1) fault(call);
    });
    const calls = [codeOf(read()), codeOf(read())];
    const [first = '', second = ''] = await Promise.all(calls);
    return { first, second, connection: (await session.closed)?.code ?? null };
  }
  const LOST = { first: 'protocol', second: 'protocol', connection: 'protocol' };
  const reply = (change: Partial<Packet>, payload = encode(remote.connectGetType.result, { type: 'FAKE' })) =>
    encodePacket(header(change), payload);

  test.each([
    ['W1: a length of 0', '00000000'],
    ['W1: a length of 3', '00000003'],
    ['W1: a length of 4', '00000004'],
    ['W1: a length of 27', '0000001b'],
    ['W2: a length one over the limit', '02000005'],
    ['W2: a length of 2^31 - 1', '7fffffff'],
    ['W2: a length of 2^32 - 1', 'ffffffff'],
  ])('%s fails all that waits, and ends the connection without memory for it', async (_, length) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(await during(() => daemon.peer.raw(hex(length)))).toEqual(LOST);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test('W3: half a packet, then the end', async () => {
    const outcome = await during(() => {
      daemon.peer.raw(reply({}).subarray(0, 30));
      setTimeout(() => daemon.peer.end(), 20);
    });
    expect(outcome).toEqual({ first: 'connection-lost', second: 'connection-lost', connection: 'connection-lost' });
  });

  test('W5: a byte at a time is slow, not wrong', async () => {
    daemon.handle(remote.connectGetType, async (call, peer) => {
      for (const byte of reply({ serial: call.serial })) {
        peer.raw(Uint8Array.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    expect(await read()).toEqual({ type: 'FAKE' });
  });

  test.each([
    ['W6: a serial that nobody waits for', { serial: 77 }],
    ['W8: another procedure', { procedure: 4 }],
    ['W9: another program', { program: Program.qemu }],
    ['W9: another version', { version: 2 }],
    ['W10: a call from the daemon', { type: PacketType.call }],
    ['W10: a type that does not exist', { type: 9 }],
    ['W11: a status that does not exist', { status: 3 }],
    ['W30: a call with file descriptors', { type: PacketType.callWithFds }],
    ['W30: a reply with file descriptors', { type: PacketType.replyWithFds }],
  ])('%s fails all that waits, and ends the connection', async (_, change) => {
    expect(await during(() => daemon.peer.raw(reply(change)))).toEqual(LOST);
  });

  test('W7: of two answers the first stands, then the connection ends', async () => {
    const outcome = await during(() => daemon.peer.raw(Buffer.concat([reply({}), reply({})])));
    expect(outcome).toEqual({ first: 'answered', second: 'protocol', connection: 'protocol' });
  });

  test.each([
    ['W12: a payload cut short', '0000'],
    ['W13: a length over what is there', '00000010 46414b45'],
    ['W13: a length over the limit', '00400001 46414b45'],
    ['W13: a negative length', 'ffffffff 46414b45'],
  ])('%s fails its call only', async (_, payload) => {
    daemon.handle(remote.connectGetUri, (call, peer) => peer.raw(encodePacket({ ...call, type: PacketType.reply }, hex(payload))));
    const [broken, other] = await Promise.all([codeOf(session.call(remote.connectGetUri, {})), codeOf(read())]);
    expect([broken, other, session.open]).toEqual(['protocol', 'answered', true]);
  });

  test('W14, W15: bytes left over are counted, padding is not looked at', async () => {
    daemon.handle(remote.connectGetUri, (call, peer) =>
      peer.raw(encodePacket({ ...call, type: PacketType.reply }, hex('00000001 61ffffff 0000002a'))),
    );
    expect(await session.call(remote.connectGetUri, {})).toEqual({ uri: 'a' });
    expect(session.counts.trailingBytes).toBe(4);
  });

  test('W16: a name that is no UTF-8 goes back as the bytes that it came as', async () => {
    const names = [hex('ff'), hex('64 00 65'), hex('c3 28 e2 82'), hex('67 72 c3 b6 c3 9f 65'), hex('ef bb bf 61'), hex('ed a0 80')];
    const raw = struct({ name: opaque(100) });
    const sent: string[] = [];
    daemon.handle(remote.domainLookupByName, (call, peer) => {
      sent.push(call.payload.toString('hex'));
      peer.reply(call, remote.domainLookupByName.result, { dom });
    });
    for (const name of names) {
      daemon.handle(remote.connectGetUri, (call, peer) => peer.reply(call, raw, { name }));
      const { uri: shown } = await session.call(remote.connectGetUri, {});
      await session.call(remote.domainLookupByName, { name: shown });
      // As in a list of the window: through JSON and back.
      await session.call(remote.domainLookupByName, { name: JSON.parse(JSON.stringify({ shown })).shown });
    }
    expect(sent).toEqual(names.flatMap((name) => [name, name]).map((name) => encode(raw, { name }).toString('hex')));
  });

  test('W18: ten thousand events that nobody knows or can read are counted, not kept', async () => {
    session.on(domainEvents.lifecycle, () => undefined);
    const unknown = encodePacket(header({ type: PacketType.message, procedure: 9999 }), Buffer.alloc(8));
    const broken = encodePacket(header({ type: PacketType.message, procedure: domainEvents.lifecycle.number }), Buffer.alloc(7));
    const flood = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.concat([unknown, broken])));
    daemon.handle(remote.connectGetType, (call, peer) => {
      peer.raw(flood);
      peer.raw(reply({ serial: call.serial }));
    });
    expect(await read()).toEqual({ type: 'FAKE' });
    expect(session.counts).toMatchObject({ unknownEvents: 10_000, badEvents: 10_000 });
  });

  test('W19: packets of a stream that is not there are ignored', async () => {
    daemon.handle(remote.connectGetType, (call, peer) => {
      peer.data({ ...call, serial: 99 }, Buffer.from('stray'));
      peer.raw(reply({ serial: call.serial }));
    });
    expect(await read()).toEqual({ type: 'FAKE' });
    expect(session.counts.strayStreamPackets).toBe(1);
  });

  test('W21, W34: forty calls, four at a time, each with its own answer though they come in any order', async () => {
    let under = 0;
    let most = 0;
    daemon.answer(remote.domainGetXmlDesc, async ({ dom: { id } }) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      under--;
      return { xml: `<domain id='${id}'/>` };
    });
    const ids = Array.from({ length: 40 }, (_, id) => id);
    const xmls = await Promise.all(ids.map((id) => session.call(remote.domainGetXmlDesc, { dom: { ...dom, id }, flags: 0 })));
    expect(xmls.map(({ xml }) => xml)).toEqual(ids.map((id) => `<domain id='${id}'/>`));
    expect(most).toBe(4);
  });

  test('W26: ten thousand events as fast as they come are handed on one by one, and none waits here', async () => {
    let heard = 0;
    session.on(domainEvents.lifecycle, () => (heard += 1));
    const event = encodePacket(
      header({ type: PacketType.message, procedure: domainEvents.lifecycle.number }),
      encode(domainEvents.lifecycle.payload, lifecycle),
    );
    daemon.handle(remote.connectGetType, (call, peer) => {
      peer.raw(Buffer.concat(Array.from({ length: 10_000 }, () => event)));
      peer.raw(reply({ serial: call.serial }));
    });
    await read();
    // What came before the answer has been heard before the answer.
    expect(heard).toBe(10_000);
  });

  test('W35: what a log-in script prints before the first packet is named as what it is', async () => {
    daemon.peers[0]?.raw(Buffer.from('Welcome to this host\n'));
    if (daemon.peers.length === 0) {
      await expect.poll(() => daemon.peers.length).toBe(1);
      daemon.peer.raw(Buffer.from('Welcome to this host\n'));
    }
    expect(await session.closed).toMatchObject({ code: 'protocol', reason: expect.stringContaining('"Welc"') });
  });
});

describe('W25: a daemon that has stopped reading', () => {
  test('costs no more than a few MiB, whatever is called; what is over is refused and was not sent', async () => {
    const daemon = new FakeLibvirtd();
    daemon.handle(remote.domainDefineXmlFlags, () => undefined);
    const transport = daemon.connect();
    const session = new Session(transport);
    transport.full = true;
    const xml = 'x'.repeat(100_000);
    const outcomes = Array.from({ length: 200 }, () =>
      session
        .call(remote.domainDefineXmlFlags, { xml, flags: 0 })
        .catch((error: unknown) => (error instanceof BackendError ? error.code : error)),
    );
    await new Promise(setImmediate);
    expect(daemon.peer.received).toHaveLength(1);
    session.close();
    const codes = await Promise.all(outcomes);
    const count = (code: string) => codes.filter((each) => each === code).length;
    expect([count('outcome-unknown'), count('busy') + count('connection-lost')]).toEqual([1, 199]);
    expect(count('connection-lost') * xml.length).toBeLessThan(SEND_QUEUE_LIMIT + xml.length);
    expect(count('busy')).toBeGreaterThan(100);
  });

  test('gets no answers to its pings kept for it', async () => {
    const daemon = new FakeLibvirtd();
    const transport = daemon.connect();
    const session = new Session(transport);
    transport.full = true;
    for (let ping = 0; ping < 1000; ping++) daemon.peer.keepAlive(1);
    await new Promise(setImmediate);
    expect(daemon.peer.received).toHaveLength(1);
    transport.drain();
    daemon.peer.keepAlive(1);
    await new Promise(setImmediate);
    expect(daemon.peer.received).toHaveLength(2);
    session.close();
  });

  test('and reads again gets what waited, in order', async () => {
    const daemon = new FakeLibvirtd();
    daemon.answer(remote.domainLookupByName, ({ name }) => ({ dom: { ...dom, name } }));
    const transport = daemon.connect();
    const session = new Session(transport);
    transport.full = true;
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const answers = Promise.all(names.map((name) => session.call(remote.domainLookupByName, { name })));
    await new Promise(setImmediate);
    expect(daemon.peer.received).toHaveLength(1);
    transport.drain();
    expect((await answers).map((answer) => answer.dom.name)).toEqual(names);
    session.close();
  });
});
