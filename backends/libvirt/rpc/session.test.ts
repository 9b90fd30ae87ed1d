import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encode, FakeLibvirtd, refusal } from '../../../test/fakes/fake-libvirtd.ts';
import { BackendError } from '../../errors.ts';
import { domainEvents } from '../protocol/events.ts';
import { Program } from '../protocol/procedure.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from './libvirt-error.ts';
import { encodePacket, type Packet, PacketType } from './packet.ts';
import { serialAfter } from './pending-call.ts';
import { Session } from './session.ts';

/** Much work: a machine that does other things too may take long. */
const PATIENT = { timeout: 60_000 };

const dom = { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const lifecycle = { callbackId: 3, dom, event: 2, detail: 0 };

let daemon: FakeLibvirtd;
let session: Session;

beforeEach(() => {
  daemon = new FakeLibvirtd();
  daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
  session = new Session(daemon.connect());
});

afterEach(() => {
  session.close();
  vi.useRealTimers();
});

const read = () => session.call(remote.connectGetType, {});
const start = () => session.call(remote.domainCreateWithFlags, { dom, flags: 0 });
const code = (of: Promise<unknown>) =>
  of.then(
    () => 'resolved',
    (error: unknown) => (error instanceof BackendError ? error.code : error),
  );
/** The handler that does nothing: the call stays unanswered. */
const silence = () => undefined;

/** Answers the next read with `fault`; what became of the call, and why the connection ended (undefined: it lives). */
async function afterFault(fault: (call: Packet) => void): Promise<{ call: unknown; connection: string | undefined }> {
  daemon.handle(remote.connectGetType, fault);
  const call = await code(read());
  if (session.open) {
    daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
    expect(await read()).toEqual({ type: 'FAKE' });
    return { call, connection: undefined };
  }
  return { call, connection: (await session.closed)?.code };
}

describe('calls', () => {
  test('are answered, refused and unknown as the daemon says', async () => {
    daemon.refuse(remote.domainSuspend, { code: 55, domain: 10, message: 'domain is not running', int1: 7 });
    expect(await read()).toEqual({ type: 'FAKE' });
    await expect(session.call(remote.domainSuspend, { dom })).rejects.toMatchObject({
      name: 'LibvirtError',
      code: 55,
      domain: 10,
      text: 'domain is not running',
      int1: 7,
      operation: 'domainSuspend',
    });
    await expect(session.call(remote.domainResume, { dom })).rejects.toMatchObject({ code: 3, text: 'unknown procedure: 28' });
  });

  test('get their own answers when those come in another order (W21)', async () => {
    const waiting: Packet[] = [];
    daemon.handle(remote.domainLookupByName, (call, peer) => {
      waiting.push(call);
      if (waiting.length < 4) return;
      for (let late = waiting.pop(); late !== undefined; late = waiting.pop()) {
        peer.reply(late, remote.domainLookupByName.result, { dom: { ...dom, name: `guest ${late.serial}` } });
      }
    });
    const answers = await Promise.all([1, 2, 3, 4].map((number) => session.call(remote.domainLookupByName, { name: `${number}` })));
    expect(answers.map((answer) => answer.dom.name)).toEqual(['guest 1', 'guest 2', 'guest 3', 'guest 4']);
  });

  test('never have more than four under way (W34)', async () => {
    let under = 0;
    let most = 0;
    daemon.answer(remote.domainGetXmlDesc, async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      under--;
      return { xml: '<domain/>' };
    });
    await Promise.all(Array.from({ length: 40 }, () => session.call(remote.domainGetXmlDesc, { dom, flags: 0 })));
    expect(most).toBe(4);
  });

  test('leave no timer and no listener behind', async () => {
    vi.useFakeTimers();
    const before = vi.getTimerCount();
    const controller = new AbortController();
    const listening = vi.spyOn(controller.signal, 'removeEventListener');
    await session.call(remote.connectGetType, {}, { signal: controller.signal });
    expect(vi.getTimerCount()).toBe(before);
    expect(listening).toHaveBeenCalledTimes(1);
  });

  test('count their serials up, past 2^32 to 1 (W31)', async () => {
    const wrapping = new Session(daemon.connect(), { lastSerial: 0xffff_fffd });
    for (let number = 0; number < 4; number++) await wrapping.call(remote.connectGetType, {});
    expect(daemon.peer.received.map(({ serial }) => serial)).toEqual([0xffff_fffe, 0xffff_ffff, 1, 2]);
    wrapping.close();
  });

  test('a serial that is still in use is passed over', () => {
    const inUse = new Set([0xffff_ffff, 1, 2, 4]);
    expect(serialAfter(0xffff_fffe, (serial) => inUse.has(serial))).toBe(3);
    expect(serialAfter(3, (serial) => inUse.has(serial))).toBe(5);
  });

  test('whose arguments do not fit are refused before they are sent', PATIENT, async () => {
    await expect(session.call(remote.domainSetMemoryFlags, { dom, memory: -1n, flags: 0 })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(session.call(remote.domainSuspend, { dom: { ...dom, uuid: 'no' } })).rejects.toMatchObject({ code: 'bad-input' });
    const field = 'x'.repeat(4_000_000);
    const params = Array.from({ length: 9 }, () => ({ field, type: 'int', value: 1 }) as const);
    await expect(session.call(remote.domainSetMemoryParameters, { dom, params, flags: 0 })).rejects.toMatchObject({ code: 'bad-input' });
    expect(daemon.peer.received).toEqual([]);
    expect(session.open).toBe(true);
  });
});

describe('faults in a reply', () => {
  test('length 0 (W1)', async () => {
    expect(await afterFault(() => daemon.peer.raw(Buffer.alloc(4)))).toEqual({ call: 'protocol', connection: 'protocol' });
  });

  test('length over the limit (W2)', async () => {
    expect(await afterFault(() => daemon.peer.raw(Buffer.from('7fffffff', 'hex')))).toEqual({ call: 'protocol', connection: 'protocol' });
  });

  test('half a packet, then the end (W3)', async () => {
    const fault = await afterFault((call) => {
      daemon.peer.raw(encodePacket({ ...call, type: PacketType.reply }, Buffer.alloc(40)).subarray(0, 30));
      daemon.peer.end();
    });
    expect(fault).toEqual({ call: 'connection-lost', connection: 'connection-lost' });
  });

  test('half a packet, then silence or a byte a second: closed 30 s after its first byte (W4, W5)', async () => {
    vi.useFakeTimers();
    const dripping = new Session(daemon.connect());
    const packet = encodePacket({ program: Program.remote, version: 1, procedure: 3, type: 1, serial: 1, status: 0 }, Buffer.alloc(400));
    for (let second = 0; second < 29; second++) {
      daemon.peer.raw(packet.subarray(second, second + 1));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(dripping.open).toBe(true);
    await vi.advanceTimersByTimeAsync(1100);
    expect((await dripping.closed)?.code).toBe('protocol');
  });

  test('one byte at a time is slow, not wrong (W5)', async () => {
    daemon.handle(remote.connectGetType, (call, peer) => {
      const reply = encodePacket({ ...call, type: PacketType.reply }, encode(remote.connectGetType.result, { type: 'SLOW' }));
      for (const byte of reply) peer.raw(Buffer.from([byte]));
    });
    expect(await read()).toEqual({ type: 'SLOW' });
  });

  test('many halves for minutes are no fault when each is completed', async () => {
    vi.useFakeTimers();
    const slow = new Session(daemon.connect());
    const ping = encodePacket({ program: Program.keepAlive, version: 1, procedure: 2, type: 2, serial: 0, status: 0 }, Buffer.alloc(0));
    daemon.peer.raw(ping.subarray(0, 10));
    for (let second = 0; second < 120; second++) {
      daemon.peer.raw(Buffer.concat([ping.subarray(10), ping.subarray(0, 10)]));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(slow.open).toBe(true);
    slow.close();
  });

  const reply = (change: (call: Packet) => Partial<Packet>) => (call: Packet) => {
    const payload = encode(remote.connectGetType.result, { type: 'FAKE' });
    daemon.peer.send({ ...call, type: PacketType.reply, ...change(call) }, payload);
  };

  test.each<[string, (call: Packet) => Partial<Packet>]>([
    ['unknown serial (W6)', ({ serial }) => ({ serial: serial + 1 })],
    ['wrong procedure (W8)', () => ({ procedure: 4 })],
    ['unknown program (W9)', () => ({ program: 0x20008089 })],
    ['wrong program (W9)', () => ({ program: Program.qemu })],
    ['version 2 (W9)', () => ({ version: 2 })],
    ['a call from the daemon (W10)', () => ({ type: 0 })],
    ['unknown type (W10)', () => ({ type: 7 })],
    ['file descriptors (W30)', () => ({ type: 5 })],
    ['a call with file descriptors (W30)', () => ({ type: 4 })],
    ['status "continue" (W11)', () => ({ status: 2 })],
    ['status out of range (W11)', () => ({ status: -1 })],
  ])('%s: that call fails and the connection ends', async (_, change) => {
    expect(await afterFault(reply(change))).toEqual({ call: 'protocol', connection: 'protocol' });
  });

  test('a second answer: the first stands, then the connection ends (W7)', async () => {
    daemon.handle(remote.connectGetType, (call) => {
      reply(() => ({}))(call);
      reply(() => ({}))(call);
    });
    expect(await read()).toEqual({ type: 'FAKE' });
    expect((await session.closed)?.code).toBe('protocol');
  });

  test.each([
    ['cut short (W12)', '0000'],
    ['a string longer than the packet (W13)', '00000010 46414b45'],
    ['a string of 4 GiB (W13)', 'ffffffff 46414b45'],
  ])('%s: that call fails, the connection lives', async (_, hex) => {
    const fault = await afterFault((call) => {
      daemon.peer.send({ ...call, type: PacketType.reply }, Buffer.from(hex.replace(' ', ''), 'hex'));
    });
    expect(fault).toEqual({ call: 'protocol', connection: undefined });
  });

  test.each<[string, (call: Packet) => Partial<Packet>, string]>([
    ['of another procedure (W8)', () => ({ procedure: 4 }), '0000'],
    ['cut short (W12)', () => ({}), '0000'],
    ['an error cut short (W12)', () => ({ status: 1 }), '0000'],
  ])('an answer to a mutation that is %s leaves its outcome unknown', async (_, change, hex) => {
    daemon.handle(remote.domainCreateWithFlags, (call) => {
      daemon.peer.send({ ...call, type: PacketType.reply, ...change(call) }, Buffer.from(hex, 'hex'));
    });
    await expect(start()).rejects.toMatchObject({ code: 'outcome-unknown', cause: { code: 'protocol' } });
  });

  test('bytes left over are accepted and counted (W14)', async () => {
    daemon.handle(remote.connectGetType, (call) => {
      daemon.peer.send({ ...call, type: PacketType.reply }, Buffer.from('00000001410000000000002a', 'hex'));
    });
    expect(await read()).toEqual({ type: 'A' });
    expect(session.counts.trailingBytes).toBe(4);
  });

  test('an error without a message names code and operation (W17)', async () => {
    daemon.refuse(remote.connectGetType, { code: 38, message: null });
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LibvirtError);
    expect(String(error)).toMatch(/connectGetType.*38/);
  });
});

describe('no answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    daemon.handle(remote.connectGetType, silence);
    daemon.handle(remote.domainCreateWithFlags, silence);
  });

  test('a read ends after 30 s, its late answer is let pass (W20)', async () => {
    const outcome = code(read());
    const call = await daemon.peer.packet(() => true);
    await vi.advanceTimersByTimeAsync(30_001);
    expect(await outcome).toBe('timeout');
    daemon.peer.reply(call, remote.connectGetType.result, { type: 'LATE' });
    await vi.advanceTimersByTimeAsync(1);
    expect(session.open).toBe(true);
    expect(session.counts.lateReplies).toBe(1);
  });

  test('a mutation has no deadline, and an unknown outcome if it is given one', async () => {
    const patient = code(start());
    const hasty = code(session.call(remote.domainCreateWithFlags, { dom, flags: 0 }, { deadlineMs: 5000 }));
    await vi.advanceTimersByTimeAsync(5001);
    expect(await hasty).toBe('outcome-unknown');
    for (let ping = 0; ping < 100; ping++) {
      daemon.peer.keepAlive(2);
      await vi.advanceTimersByTimeAsync(5000);
    }
    expect(session.open).toBe(true);
    session.close();
    expect(await patient).toBe('outcome-unknown');
  });

  test('four reads that nobody waits for any more end the connection: nothing else could be sent', async () => {
    const outcomes = [read(), read(), read(), read(), read()].map(code);
    await vi.advanceTimersByTimeAsync(30_001);
    expect((await session.closed)?.code).toBe('timeout');
    expect((await Promise.all(outcomes)).every((outcome) => outcome === 'timeout' || outcome === 'connection-lost')).toBe(true);
  });

  test('a signal gives up waiting', async () => {
    const controller = new AbortController();
    const sentRead = code(session.call(remote.connectGetType, {}, { signal: controller.signal }));
    const sentMutation = code(session.call(remote.domainCreateWithFlags, { dom, flags: 0 }, { signal: controller.signal }));
    controller.abort();
    expect(await sentRead).toBe('cancelled');
    expect(await sentMutation).toBe('outcome-unknown');
    expect(await code(session.call(remote.connectGetType, {}, { signal: controller.signal }))).toBe('cancelled');
    expect(session.open).toBe(true);
  });

  test('what waits in the queue is taken out of it by its signal', async () => {
    const controller = new AbortController();
    const sent = [start(), start(), start(), start()].map(code);
    const queued = code(session.call(remote.domainCreateWithFlags, { dom, flags: 0 }, { signal: controller.signal }));
    controller.abort();
    expect(await queued).toBe('cancelled');
    session.close();
    await Promise.all(sent);
    expect(daemon.peer.calls(remote.domainCreateWithFlags)).toHaveLength(4);
  });
});

describe('the end of the connection', () => {
  test('tells each waiter what it must know, and why (W22)', async () => {
    daemon.handle(remote.connectGetType, silence);
    daemon.handle(remote.domainCreateWithFlags, silence);
    const waiting = [read(), start(), start(), start(), start(), read()];
    const outcomes = waiting.map(code);
    await daemon.peer.packet(({ serial }) => serial === 4);
    const reset = new Error('ECONNRESET');
    daemon.peer.end(reset);
    expect(await Promise.all(outcomes)).toEqual([
      'connection-lost',
      'outcome-unknown',
      'outcome-unknown',
      'outcome-unknown',
      'connection-lost',
      'connection-lost',
    ]);
    const reason = await session.closed;
    expect(reason).toMatchObject({ code: 'connection-lost', cause: reset });
    await expect(waiting[1]).rejects.toMatchObject({ cause: reason });
    expect(await code(read())).toBe('connection-lost');
  });

  test('by us is no error', async () => {
    session.close();
    session.close();
    expect(await session.closed).toBe(null);
  });
});

describe('events', () => {
  const flush = async () => {
    await read();
  };

  test('reach their listeners until they are taken off, serial 1 or not', async () => {
    const heard: unknown[] = [];
    const stop = session.on(domainEvents.lifecycle, (event) => heard.push(event));
    daemon.handle(remote.connectGetUri, (call, peer) => {
      // The call in flight has serial 1 as events do.
      peer.event(domainEvents.lifecycle, lifecycle);
      peer.reply(call, remote.connectGetUri.result, { uri: 'fake:///' });
    });
    expect(await session.call(remote.connectGetUri, {})).toEqual({ uri: 'fake:///' });
    expect(heard).toEqual([lifecycle]);
    stop();
    daemon.peer.event(domainEvents.lifecycle, lifecycle);
    await flush();
    expect(heard).toHaveLength(1);
    expect(session.counts.unknownEvents).toBe(1);
  });

  test('unknown or broken ones are dropped and counted, 10,000 of them too (W18)', PATIENT, async () => {
    session.on(domainEvents.lifecycle, () => undefined);
    const event = {
      program: Program.remote,
      version: 1,
      procedure: domainEvents.lifecycle.number,
      type: PacketType.message,
      serial: 1,
      status: 0,
    };
    for (let number = 0; number < 10_000; number++) {
      daemon.peer.send({ ...event, procedure: 9999 }, Buffer.alloc(8));
      daemon.peer.send(event, Buffer.alloc(7));
    }
    await flush();
    expect(session.counts).toMatchObject({ unknownEvents: 10_000, badEvents: 10_000 });
  });

  test('a listener that throws costs neither the others nor the connection', async () => {
    const heard = vi.fn();
    session.on(domainEvents.lifecycle, () => {
      throw new Error('a bug');
    });
    session.on(domainEvents.lifecycle, heard);
    daemon.peer.event(domainEvents.lifecycle, lifecycle);
    await flush();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(session.lastBadEvent).toMatchObject({ message: 'a bug' });
  });
});

describe('keepalive', () => {
  const keepAlives = (procedure: number) =>
    daemon.peer.received.filter(({ program, procedure: number }) => program === Program.keepAlive && number === procedure);

  test('each ping is answered at once', async () => {
    daemon.peer.keepAlive(1);
    daemon.peer.keepAlive(1);
    await read();
    expect(keepAlives(2)).toHaveLength(2);
    expect(keepAlives(2)[0]).toMatchObject({ type: 2, serial: 0, status: 0, version: 1 });
  });

  test('silence is asked about every 5 s, and ends the connection within 30 (W24)', async () => {
    vi.useFakeTimers();
    const silent = new Session(daemon.connect());
    await vi.advanceTimersByTimeAsync(24_900);
    expect(silent.open).toBe(true);
    expect(keepAlives(1).length).toBeGreaterThanOrEqual(3);
    await vi.advanceTimersByTimeAsync(5_200);
    expect((await silent.closed)?.code).toBe('connection-lost');
  });

  test('whoever answers lives', async () => {
    vi.useFakeTimers();
    const living = new Session(daemon.connect());
    for (let second = 0; second < 120; second += 5) {
      await vi.advanceTimersByTimeAsync(5_000);
      daemon.peer.keepAlive(2);
    }
    expect(living.open).toBe(true);
    living.close();
  });

  test('a daemon with four calls to answer is not declared dead', async () => {
    vi.useFakeTimers();
    daemon.handle(remote.domainCreateWithFlags, silence);
    const busy = new Session(daemon.connect());
    const calls = [1, 2, 3, 4].map(() => code(busy.call(remote.domainCreateWithFlags, { dom, flags: 0 })));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(busy.open).toBe(true);
    busy.close();
    await Promise.all(calls);
  });
});

test('the fake daemon refuses what its script refuses', async () => {
  daemon.answer(remote.domainLookupByName, ({ name }) => {
    throw refusal({ code: 42, message: `no ${name}` });
  });
  await expect(session.call(remote.domainLookupByName, { name: 'x' })).rejects.toMatchObject({ code: 42, text: 'no x' });
});
