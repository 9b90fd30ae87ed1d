import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeLibvirtd, type MemoryTransport } from '../../../test/fakes/fake-libvirtd.ts';
import { BackendError } from '../../errors.ts';
import { remote } from '../protocol/remote.ts';
import { nothing } from '../xdr/codec.ts';
import { encodePacket, type Packet, PacketStatus, PacketType } from './packet.ts';
import { Session } from './session.ts';
import type { Stream } from './stream.ts';

const dom = { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const vol = { pool: 'default', name: 'disk', key: '/disk' };
const MIB = 1024 * 1024;

let daemon: FakeLibvirtd;
let transport: MemoryTransport;
let session: Session;
let call: Packet;

function connect(dedicated: boolean): void {
  transport = daemon.connect();
  session = new Session(transport, { dedicated });
}

beforeEach(() => {
  daemon = new FakeLibvirtd();
  const opens = (opening: Packet) => {
    call = opening;
    daemon.peer.reply(opening, nothing, {});
  };
  daemon.handle(remote.storageVolUpload, opens);
  daemon.handle(remote.storageVolDownload, opens);
  daemon.handle(remote.domainOpenConsole, opens);
  daemon.answer(remote.connectGetType, () => ({ type: 'FAKE' }));
  connect(true);
});
afterEach(() => {
  session.close();
  vi.useRealTimers();
});

const openDownload = async () => (await session.openStream(remote.storageVolDownload, { vol, offset: 0n, length: 0n, flags: 1 })).stream;
const openUpload = async () => (await session.openStream(remote.storageVolUpload, { vol, offset: 0n, length: 0n, flags: 1 })).stream;
const openConsole = async () => (await session.openStream(remote.domainOpenConsole, { dom, devName: null, flags: 0 })).stream;

const streamPackets = () => daemon.peer.received.filter(({ type }) => type === PacketType.stream || type === PacketType.streamHole);
const sentWith = (status: number) => daemon.peer.packet((packet) => packet.type === PacketType.stream && packet.status === status);
const finishSent = () => sentWith(PacketStatus.ok);
const abortSent = () => sentWith(PacketStatus.error);
const roundTrip = () => session.call(remote.connectGetType, {});

async function readAll(stream: Stream): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of stream.bytes()) parts.push(bytes);
  return Buffer.concat(parts).toString();
}

describe('receiving', () => {
  test('to the end, then finished in order', async () => {
    const stream = await openDownload();
    const all = readAll(stream);
    daemon.peer.data(call, Buffer.from('hello '));
    daemon.peer.data(call, Buffer.from('world'));
    daemon.peer.data(call, Buffer.alloc(0));
    expect((await finishSent()).serial).toBe(call.serial);
    daemon.peer.streamDone(call);
    expect(await all).toBe('hello world');
    expect(streamPackets()).toHaveLength(1);
  });

  test('data that comes with the reply is not lost', async () => {
    daemon.handle(remote.domainScreenshot, (opening, peer) => {
      peer.reply(opening, remote.domainScreenshot.result, { mime: 'image/png' });
      peer.data(opening, Buffer.from('PNG'));
      peer.data(opening, Buffer.alloc(0));
      void peer.packet(({ type }) => type === PacketType.stream).then(() => peer.streamDone(opening));
    });
    const { reply, stream } = await session.openStream(remote.domainScreenshot, { dom, screen: 0, flags: 0 });
    expect(reply).toEqual({ mime: 'image/png' });
    expect(await readAll(stream)).toBe('PNG');
  });

  test('data that overtakes the reply is not lost, nor is the end', async () => {
    daemon.handle(remote.domainScreenshot, (opening, peer) => {
      peer.data(opening, Buffer.from('PNG'));
      peer.data(opening, Buffer.alloc(0));
      peer.reply(opening, remote.domainScreenshot.result, { mime: 'image/png' });
      void peer.packet(({ type }) => type === PacketType.stream).then(() => peer.streamDone(opening));
    });
    const { stream } = await session.openStream(remote.domainScreenshot, { dom, screen: 0, flags: 0 });
    expect(await readAll(stream)).toBe('PNG');
    expect(session.counts.strayStreamPackets).toBe(0);
  });

  test('small neighbours come as one, holes keep their place', async () => {
    const stream = await openDownload();
    daemon.peer.data(call, Buffer.from('a'));
    daemon.peer.data(call, Buffer.from('b'));
    const hole = Buffer.alloc(12);
    hole.writeBigInt64BE(5n * 1024n ** 3n);
    daemon.peer.send({ ...call, type: PacketType.streamHole, status: PacketStatus.continue }, hole);
    daemon.peer.data(call, Buffer.from('c'));
    await roundTrip();
    const items = [await stream.read(), await stream.read(), await stream.read()];
    expect(items.map((item) => (item?.kind === 'data' ? Buffer.from(item.bytes).toString() : item?.length))).toEqual([
      'ab',
      5n * 1024n ** 3n,
      'c',
    ]);
  });

  test('large neighbours are handed out as they came, without a copy', async () => {
    const stream = await openDownload();
    const large = Buffer.alloc(5000, 'l');
    for (const bytes of [Buffer.from('a'), large, Buffer.from('b'), Buffer.from('c')]) daemon.peer.data(call, bytes);
    await roundTrip();
    const items = [await stream.read(), await stream.read(), await stream.read()];
    expect(items.map((item) => (item?.kind === 'data' ? Buffer.from(item.bytes).toString() : null))).toEqual(['a', large.toString(), 'bc']);
  });

  test('a fast daemon is held back on a dedicated connection', async () => {
    const stream = await openDownload();
    for (let number = 0; number < 10; number++) daemon.peer.data(call, Buffer.alloc(MIB, number));
    daemon.peer.data(call, Buffer.alloc(0));
    await until(() => transport.paused);
    const all = readAll(stream);
    await finishSent();
    expect(transport.paused).toBe(false);
    daemon.peer.streamDone(call);
    expect(Buffer.byteLength(await all, 'latin1')).toBe(10 * MIB);
  });

  test('what we do not read is not late', async () => {
    const stream = await openDownload();
    vi.useFakeTimers();
    const packet = encodePacket({ ...call, type: PacketType.stream, status: PacketStatus.continue }, Buffer.alloc(5 * MIB));
    daemon.peer.raw(Buffer.concat([packet, packet.subarray(0, 1000)]));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(transport.paused).toBe(true);
    expect(session.open).toBe(true);
    await stream.read();
    expect(transport.paused).toBe(false);
    await vi.advanceTimersByTimeAsync(30_001);
    expect((await session.closed)?.code).toBe('protocol');
  });

  test('on a shared connection a reader that never reads loses its stream, nobody else anything', async () => {
    connect(false);
    const stream = await openConsole();
    for (let number = 0; number < 6; number++) daemon.peer.data(call, Buffer.alloc(MIB));
    await abortSent();
    expect(transport.paused).toBe(false);
    expect(await roundTrip()).toEqual({ type: 'FAKE' });
    await expect(stream.read()).rejects.toMatchObject({ code: 'busy' });
  });

  test('an error of the daemon comes after the data before it, and nothing is sent any more', async () => {
    const stream = await openConsole();
    daemon.peer.data(call, Buffer.from('last words'));
    daemon.peer.streamError(call, { code: 39, message: 'stream had I/O failure' });
    await roundTrip();
    expect(await stream.read()).toMatchObject({ kind: 'data' });
    await expect(stream.read()).rejects.toMatchObject({ name: 'LibvirtError', code: 39, operation: 'domainOpenConsole' });
    await expect(stream.write(Buffer.from('x'))).rejects.toMatchObject({ code: 39 });
    await expect(stream.finish()).rejects.toMatchObject({ code: 39 });
    await stream.abort();
    expect(streamPackets()).toEqual([]);
  });
});

describe('sending', () => {
  test('in packets of at most 128 KiB, finish last', async () => {
    const PACKET = 128 * 1024;
    const stream = await openUpload();
    await stream.write(Buffer.alloc(2 * PACKET + 7, 1));
    await stream.hole(4096n);
    const finished = stream.finish();
    await finishSent();
    daemon.peer.streamDone(call);
    await finished;
    expect(streamPackets().map(({ type, status, payload }) => [type, status, payload.length])).toEqual([
      [3, 2, PACKET],
      [3, 2, PACKET],
      [3, 2, 7],
      [6, 2, 12],
      [3, 0, 0],
    ]);
  });

  test('waits while the transport is full (W25)', async () => {
    const stream = await openUpload();
    transport.full = true;
    let written = false;
    const write = stream.write(Buffer.alloc(3 * MIB)).then(() => (written = true));
    await new Promise(setImmediate);
    expect(written).toBe(false);
    expect(streamPackets()).toHaveLength(1);
    transport.drain();
    await write;
    expect(streamPackets().length).toBeGreaterThan(1);
  });

  test('an error after the last data fails the upload (W28)', async () => {
    const stream = await openUpload();
    await stream.write(Buffer.from('data'));
    const finished = stream.finish();
    await finishSent();
    daemon.peer.streamError(call, { code: 38, int1: 28, message: 'No space left on device' });
    await expect(finished).rejects.toMatchObject({ code: 38, int1: 28 });
    await expect(stream.finish()).rejects.toMatchObject({ code: 38 });
    expect(streamPackets()).toHaveLength(2);
  });

  test('a stream that is only read cannot be written', async () => {
    const stream = await openDownload();
    await expect(stream.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('ends', () => {
  test('abort is sent once, data under way is ignored, the next stream works (W27)', async () => {
    const stream = await openConsole();
    const reading = stream.read();
    const aborted = Promise.all([stream.abort(), stream.abort()]);
    await abortSent();
    daemon.peer.data(call, Buffer.from('too late'));
    daemon.peer.streamDone(call);
    await aborted;
    expect(await reading).toBe(null);
    expect(await stream.read()).toBe(null);
    await stream.abort();
    expect(streamPackets()).toHaveLength(1);
    daemon.peer.data(call, Buffer.from('much too late'));
    const next = await openConsole();
    daemon.peer.data(call, Buffer.from('fresh'));
    expect(await next.read()).toMatchObject({ kind: 'data' });
    expect(session.counts.strayStreamPackets).toBe(1);
  });

  test('leaving the loop early aborts', async () => {
    const stream = await openDownload();
    daemon.peer.data(call, Buffer.from('some'));
    void abortSent().then(() => daemon.peer.streamDone(call));
    for await (const bytes of stream.bytes()) {
      expect(bytes.length).toBe(4);
      break;
    }
    expect(streamPackets().map(({ status }) => status)).toEqual([PacketStatus.error]);
  });

  test('the end of the connection ends reader, writer and finish (W27)', async () => {
    const stream = await openUpload();
    const console = await openConsole();
    const reading = console.read();
    const finished = stream.finish();
    daemon.peer.end();
    await expect(reading).rejects.toBeInstanceOf(BackendError);
    await expect(finished).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(console.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'connection-lost' });
    await stream.abort();
  });

  test('packets of no stream are ignored (W19)', async () => {
    daemon.peer.data({ program: 0x20008086, version: 1, procedure: 201, type: 3, serial: 77, status: 2 }, Buffer.from('x'));
    expect(await roundTrip()).toEqual({ type: 'FAKE' });
    expect(session.counts.strayStreamPackets).toBe(1);
  });

  test('an opening that is refused makes no stream', async () => {
    daemon.refuse(remote.domainOpenConsole, { code: 9, message: 'Active console session exists for this domain' });
    await expect(openConsole()).rejects.toMatchObject({ code: 9 });
    daemon.peer.data(await daemon.peer.packet(({ procedure }) => procedure === remote.domainOpenConsole.number), Buffer.from('x'));
    await roundTrip();
    expect(session.counts.strayStreamPackets).toBe(1);
  });

  test('an opening that was given up is aborted when it succeeds after all', async () => {
    daemon.handle(remote.domainOpenConsole, (opening) => {
      call = opening;
    });
    const controller = new AbortController();
    const opening = session.openStream(remote.domainOpenConsole, { dom, devName: null, flags: 0 }, { signal: controller.signal });
    await daemon.peer.packet(({ procedure }) => procedure === 201);
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    daemon.peer.reply(call, remote.domainOpenConsole.result, {});
    expect((await abortSent()).serial).toBe(call.serial);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
