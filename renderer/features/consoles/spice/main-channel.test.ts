import { beforeEach, expect, test } from 'vitest';
import type { ClipboardPeer, PointerMode } from '../screen.ts';
import { AgentType, agentMessage } from './agent/agent-messages.ts';
import type { FileTransfer } from './agent/agent-files.ts';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import { SpiceError } from './channel.ts';
import { MainChannel, type OfferedChannel } from './main-channel.ts';

const u32 = (...values: number[]): Uint8Array => values.reduce((body, value) => body.u32(value), new BodyWriter(4 * values.length)).done();
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const CLIPBOARD = Uint8Array.of(0, 0, 0, 0);
const UTF8 = u32(1);
/** Capabilities of today's spice-vdagent on Linux: monitors, by demand, selections. */
const vdagent = (1 << 1) | (1 << 5) | (1 << 6);

let sent: { type: number; body: Uint8Array }[];
let told: {
  sessions: number[];
  channels: OfferedChannel[];
  pointers: PointerMode[];
  peers: ClipboardPeer[];
  copied: string[];
  resizable: boolean[];
  names: string[];
  transfers: readonly FileTransfer[];
};
let main: MainChannel;

beforeEach(() => {
  sent = [];
  told = { sessions: [], channels: [], pointers: [], peers: [], copied: [], resizable: [], names: [], transfers: [] };
  main = new MainChannel({
    link: { send: (type, body = new Uint8Array()) => sent.push({ type, body: body.slice() }) },
    begun: (session) => told.sessions.push(session),
    channels: (offered) => told.channels.push(...offered),
    pointer: (mode) => told.pointers.push(mode),
    named: (name) => told.names.push(name),
    clipboardPeer: (peer) => told.peers.push(peer),
    copied: (value) => told.copied.push(value),
    resizable: (can) => told.resizable.push(can),
    transfers: (transfers) => {
      told.transfers = transfers;
    },
  });
});

const init = ({ modes = 3, mode = 1, agent = 0, tokens = 0 } = {}): void =>
  main.receive(103, u32(42, 1, modes, mode, agent, tokens, 1000, 0));
const fromAgent = (type: number, data: Uint8Array): void => {
  const message = agentMessage(type, data);
  for (let at = 0; at < message.byteLength; at += 2048) main.receive(109, message.subarray(at, at + 2048));
};
/** What the agent was sent, put together again. */
function toAgent(type: number): Uint8Array[] {
  const body = new BodyReader(join(...sent.filter((message) => message.type === 107).map((message) => message.body)));
  const found: Uint8Array[] = [];
  while (body.left >= 20) {
    body.skip(4);
    const of = body.u32();
    body.skip(8);
    const data = body.bytes(Math.min(body.u32(), body.left));
    if (of === type) found.push(data);
  }
  return found;
}
const withAgent = (capabilities = vdagent, tokens = 1000): void => {
  init({ agent: 1, tokens });
  fromAgent(AgentType.announceCapabilities, u32(0, capabilities));
};

test('a console begins: its session, the pointer without grabbing, and what other channels there are', () => {
  init();
  expect(told.sessions).toEqual([42]);
  expect(told.pointers).toEqual(['relative']);
  expect(sent.map(({ type, body }) => [type, ...body])).toEqual([[105, 2, 0], [104]]);
  main.receive(105, Uint8Array.of(3, 0, 2, 0));
  expect(told.pointers).toEqual(['relative', 'absolute']);
  main.receive(104, join(u32(4), Uint8Array.of(2, 0, 3, 0, 9, 3, 2, 1)));
  expect(told.channels).toEqual([
    { type: 'display', id: 0 },
    { type: 'inputs', id: 0 },
    { type: 'display', id: 1 },
  ]);
  main.receive(113, join(u32(5), text('tiny\0')));
  expect(told.names).toEqual(['tiny']);
});

test('a million channels are refused before they are read, and a second list is passed over', () => {
  init();
  expect(() => main.receive(104, u32(1_000_000))).toThrow(SpiceError);
  expect(() => main.receive(104, u32(0xffff_ffff))).not.toThrow();
  expect(told.channels).toEqual([]);
});

test('it cannot begin twice, and a guest that moves to another host says so', () => {
  init();
  expect(() => init()).toThrow('began twice');
  expect(() => main.receive(101, new Uint8Array())).toThrow('another host');
});

test('multimedia time goes on from what the server said', () => {
  init();
  main.receive(106, u32(0xffff_ffff));
  const now = main.mediaTime();
  expect(now === 0xffff_ffff || now < 60_000).toBe(true);
});

test('without an agent there is nothing to share and no other size', () => {
  init();
  expect([told.peers, told.resizable]).toEqual([['absent'], [false]]);
  main.agent.resize({ width: 800, height: 600 });
  main.agent.setClipboard({ toGuest: true, fromGuest: true });
  main.agent.offerText('secret');
  expect(toAgent(AgentType.monitorsConfig)).toEqual([]);
  expect(Buffer.concat(sent.map(({ body }) => body)).includes('secret')).toBe(false);
});

test('an agent is greeted, and the guest asked for another size', () => {
  withAgent();
  expect(toAgent(AgentType.announceCapabilities).map((data) => [...data.subarray(0, 4)])).toEqual([[1, 0, 0, 0]]);
  expect([told.peers, told.resizable]).toEqual([['ready'], [true]]);
  main.agent.resize({ width: 1280, height: 800 });
  expect(toAgent(AgentType.monitorsConfig)).toEqual([u32(1, 0, 800, 1280, 32, 0, 0)]);
});

test('chunks wait for tokens, whatever is sent, and a flood of tokens is no harm', () => {
  withAgent(vdagent, 2);
  main.agent.setClipboard({ toGuest: true, fromGuest: false });
  main.agent.offerText('x'.repeat(10_000));
  fromAgent(AgentType.clipboardRequest, join(CLIPBOARD, UTF8));
  const chunks = (): number => sent.filter(({ type }) => type === 107).length;
  expect(chunks()).toBe(2);
  main.receive(110, u32(1));
  expect(chunks()).toBe(3);
  for (let i = 0; i < 1000; i++) main.receive(110, u32(0xffff_ffff));
  expect(toAgent(AgentType.clipboard)).toEqual([join(CLIPBOARD, UTF8, text('x'.repeat(10_000)))]);
});

test('tokens go back to the agent as its chunks are dealt with', () => {
  withAgent();
  const before = sent.filter(({ type }) => type === 108).length;
  for (let i = 0; i < 50; i++) fromAgent(AgentType.reply, u32(1, 1));
  expect(sent.filter(({ type }) => type === 108)).toHaveLength(before + 10);
});

test('a guest’s clipboard is not asked for, and its text not taken, unless that is allowed', () => {
  withAgent();
  fromAgent(AgentType.clipboardGrab, join(CLIPBOARD, UTF8));
  fromAgent(AgentType.clipboard, join(CLIPBOARD, UTF8, text('unasked')));
  expect([toAgent(AgentType.clipboardRequest), told.copied]).toEqual([[], []]);
  main.agent.setClipboard({ toGuest: false, fromGuest: true });
  fromAgent(AgentType.clipboard, join(CLIPBOARD, UTF8, text('unasked')));
  expect(told.copied).toEqual([]);
  fromAgent(AgentType.clipboardGrab, join(CLIPBOARD, u32(2), UTF8));
  expect(toAgent(AgentType.clipboardRequest)).toEqual([join(CLIPBOARD, UTF8)]);
  fromAgent(AgentType.clipboard, join(CLIPBOARD, UTF8, text('grüße\r\n你')));
  fromAgent(AgentType.clipboard, join(CLIPBOARD, UTF8, text('twice')));
  expect(told.copied).toEqual(['grüße\n你']);
});

test('a permission that is taken back between question and answer holds', () => {
  withAgent();
  main.agent.setClipboard({ toGuest: false, fromGuest: true });
  fromAgent(AgentType.clipboardGrab, join(CLIPBOARD, UTF8));
  main.agent.setClipboard({ toGuest: false, fromGuest: false });
  fromAgent(AgentType.clipboard, join(CLIPBOARD, UTF8, text('late')));
  expect(told.copied).toEqual([]);
});

test('X11’s other selections are left alone', () => {
  withAgent();
  main.agent.setClipboard({ toGuest: true, fromGuest: true });
  fromAgent(AgentType.clipboardGrab, join(Uint8Array.of(1, 0, 0, 0), UTF8));
  expect(toAgent(AgentType.clipboardRequest)).toEqual([]);
});

test('our text is offered, given when it is asked for, and withdrawn with the permission', () => {
  withAgent();
  main.agent.offerText('canary');
  fromAgent(AgentType.clipboardRequest, join(CLIPBOARD, UTF8));
  expect(toAgent(AgentType.clipboardGrab)).toEqual([]);
  expect(toAgent(AgentType.clipboard)).toEqual([join(CLIPBOARD, u32(0))]);
  main.agent.setClipboard({ toGuest: true, fromGuest: false });
  main.agent.offerText('for the guest');
  expect(toAgent(AgentType.clipboardGrab)).toEqual([join(CLIPBOARD, UTF8)]);
  fromAgent(AgentType.clipboardRequest, join(CLIPBOARD, UTF8));
  expect(toAgent(AgentType.clipboard).at(-1)).toEqual(join(CLIPBOARD, UTF8, text('for the guest')));
  main.agent.setClipboard({ toGuest: false, fromGuest: false });
  expect(toAgent(AgentType.clipboardRelease)).toEqual([CLIPBOARD]);
  fromAgent(AgentType.clipboardRequest, join(CLIPBOARD, UTF8));
  expect(toAgent(AgentType.clipboard).at(-1)).toEqual(join(CLIPBOARD, u32(0)));
  expect(Buffer.concat(sent.map(({ body }) => body)).includes('canary')).toBe(false);
});

test('an agent without selections gets none; more than a mebibyte is neither offered nor taken', () => {
  withAgent(1 << 5);
  main.agent.setClipboard({ toGuest: true, fromGuest: true });
  main.agent.offerText('x'.repeat(1024 * 1024 + 1));
  expect(toAgent(AgentType.clipboardGrab)).toEqual([]);
  main.agent.offerText('short');
  expect(toAgent(AgentType.clipboardGrab)).toEqual([UTF8]);
  fromAgent(AgentType.clipboardGrab, UTF8);
  fromAgent(AgentType.clipboard, join(UTF8, new Uint8Array(1024 * 1024 + 5).fill(65)));
  expect(told.copied).toEqual([]);
  fromAgent(AgentType.clipboardGrab, UTF8);
  fromAgent(AgentType.clipboard, join(UTF8, new Uint8Array(1024 * 1024).fill(65)));
  expect(told.copied.map((value) => value.length)).toEqual([1024 * 1024]);
});

test('a clipboard that says it has four gigabytes takes no memory, asked for or not', () => {
  withAgent();
  main.agent.setClipboard({ toGuest: false, fromGuest: true });
  fromAgent(AgentType.clipboardGrab, join(CLIPBOARD, UTF8));
  const before = process.memoryUsage().arrayBuffers;
  main.receive(109, u32(1, AgentType.clipboard, 0, 0, 0xffff_ffff));
  for (let i = 0; i < 1000; i++) main.receive(109, new Uint8Array(2048));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  expect(told.copied).toEqual([]);
});

test('an agent that makes no sense is heard no more, and the screen goes on; the next one is heard', () => {
  withAgent();
  main.receive(109, new Uint8Array(20).fill(7));
  expect([told.peers.at(-1), told.resizable.at(-1)]).toEqual(['absent', false]);
  fromAgent(AgentType.announceCapabilities, u32(0, vdagent));
  expect(told.peers.at(-1)).toBe('absent');
  main.receive(115, u32(100));
  fromAgent(AgentType.announceCapabilities, u32(0, vdagent));
  expect(told.peers.at(-1)).toBe('ready');
});

const settled = async () => new Promise((resolve) => setTimeout(resolve, 20));

test('a dropped file is offered, sent in pieces when the guest takes it, and done when the guest says so', async () => {
  withAgent();
  main.agent.addFiles([new File([new Uint8Array(100_000).fill(3)], 'a\nb.bin')]);
  const [start] = toAgent(AgentType.fileStart);
  expect(new TextDecoder().decode(start?.subarray(4))).toBe('[vdagent-file-xfer]\nname=a\\nb.bin\nsize=100000\n\0');
  await settled();
  expect(toAgent(AgentType.fileData)).toEqual([]);
  fromAgent(AgentType.fileStatus, u32(1, 0));
  await expect.poll(() => toAgent(AgentType.fileData).length).toBe(2);
  const pieces = toAgent(AgentType.fileData).map((data) => [...new Uint32Array(data.slice(0, 12).buffer), data.byteLength - 12]);
  expect(pieces).toEqual([
    [1, 65_536, 0, 65_536],
    [1, 34_464, 0, 34_464],
  ]);
  fromAgent(AgentType.fileStatus, u32(1, 3));
  expect(told.transfers).toMatchObject([{ name: 'a\nb.bin', state: { kind: 'done' } }]);
  main.agent.removeFile(1);
  expect(told.transfers).toEqual([]);
});

test('a file is cancelled by us, refused by the guest, or lost with the agent', async () => {
  withAgent();
  main.agent.addFiles([new File(['x'], 'one'), new File(['x'], 'two'), new File(['x'], 'three')]);
  main.agent.removeFile(1);
  expect(toAgent(AgentType.fileStatus)).toEqual([u32(1, 1)]);
  fromAgent(AgentType.fileStatus, u32(2, 4));
  expect(told.transfers).toMatchObject([
    { state: { kind: 'failed', reason: expect.stringContaining('free space') } },
    { state: { kind: 'waiting' } },
  ]);
  main.receive(108, u32(0));
  expect(told.transfers[1]).toMatchObject({ state: { kind: 'failed' } });
  fromAgent(AgentType.fileStatus, u32(3, 0));
  await settled();
  expect(toAgent(AgentType.fileData)).toEqual([]);
});

test('the guest never begins a transfer: what it sends of files that nobody offered is passed over', async () => {
  withAgent();
  const before = sent.length;
  fromAgent(AgentType.fileStart, join(u32(9), text('[vdagent-file-xfer]\nname=evil\nsize=5\n\0')));
  fromAgent(AgentType.fileStatus, u32(9, 0));
  fromAgent(AgentType.fileData, join(u32(9, 5, 0), text('evil!')));
  await settled();
  expect(sent.slice(before).filter(({ type }) => type === 107)).toEqual([]);
  expect(told.transfers).toEqual([]);
});
