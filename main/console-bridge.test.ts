import { expect, test, vi } from 'vitest';
import { CONSOLE_CHUNK, CONSOLE_WINDOW } from '#contract/consoles';
import type { ConsoleFrame } from '#contract/consoles';
import type { HostConnection } from '../backends/backend.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { guestId } from '../backends/fake/seed.ts';
import { nobodyToAsk } from '../backends/login.ts';
import { ConsoleBridge, consolesMax } from './console-bridge.ts';

const id = guestId(0);
const wish = { guest: { host: 'here', id }, console: 'serial0', force: false, ticket: '0b0d9c6e-2f0e-4d25-8c6b-6f8a0f6c2a11' };

class Port {
  readonly posted: ConsoleFrame[] = [];
  send: (frame: unknown) => void = () => {};
  vanish: () => void = () => {};
  closed = false;

  post(frame: ConsoleFrame): void {
    this.posted.push(frame);
  }
  onFrame(listener: (frame: unknown) => void): void {
    this.send = listener;
  }
  onClosed(listener: () => void): void {
    this.vanish = listener;
  }
  close(): void {
    this.closed = true;
  }
  get bytes(): number {
    return this.posted.reduce((sum, frame) => sum + (frame.kind === 'data' ? frame.bytes.length : 0), 0);
  }
  get text(): string {
    return this.posted.map((frame) => (frame.kind === 'data' ? new TextDecoder().decode(frame.bytes) : '')).join('');
  }
  get ending(): ConsoleFrame | undefined {
    return this.posted.find(({ kind }) => kind === 'end');
  }
  type(text: string): void {
    this.send({ kind: 'data', bytes: new TextEncoder().encode(text) });
  }
}

async function setUp() {
  const fake = new FakeBackend({ guests: 3, delay: 1 });
  const connection: HostConnection = await fake.connect('fake://here/', { signal: new AbortController().signal, ask: nobodyToAsk });
  const ports: Port[] = [];
  const bridge = new ConsoleBridge({
    connection: () => connection,
    createPort: () => {
      const port = new Port();
      ports.push(port);
      return port;
    },
    log: () => {},
  });
  const open = async (window = 1, change: Partial<typeof wish> = {}): Promise<Port> => {
    await bridge.open(window, { ...wish, ...change });
    const port = ports.at(-1);
    if (port === undefined) throw new Error('no port was made');
    return port;
  };
  return { fake, connection, bridge, open, ports };
}

test('a console whose window has no port for it does not stay open', async () => {
  const { connection, open } = await setUp();
  const bridge = new ConsoleBridge({
    connection: () => connection,
    createPort: () => {
      throw new TypeError('Object has been destroyed');
    },
    log: () => {},
  });
  await expect(bridge.open(1, wish)).rejects.toThrow('destroyed');
  // A serial console has one holder: it would be busy.
  await open();
});

test('a shell answers, and what was typed is credited', async () => {
  const { open, bridge } = await setUp();
  const port = await open();
  port.type('uname -a\r');
  await vi.waitFor(() => expect(port.text).toContain('Linux debian-13'));
  await vi.waitFor(() => expect(port.posted).toContainEqual({ kind: 'credit', bytes: 9 }));
  bridge.close();
  expect(port.ending).toEqual({ kind: 'end', fault: null });
  expect(port.closed).toBe(true);
});

test('a flood waits for the window, and comes through whole', async () => {
  const { open, bridge } = await setUp();
  const port = await open();
  port.type('flood 200000\r');
  await vi.waitFor(() => expect(port.bytes).toBeGreaterThan(CONSOLE_WINDOW - CONSOLE_CHUNK));
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  expect(port.bytes).toBeLessThanOrEqual(CONSOLE_WINDOW);
  let credited = 0;
  while (!port.text.includes('line 200000 of 200000')) {
    const fresh = port.bytes - credited;
    credited = port.bytes;
    if (fresh > 0) port.send({ kind: 'credit', bytes: fresh });
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  expect(port.text.match(/line \d+ of/g)).toHaveLength(200_000);
  expect(port.posted.every((frame) => frame.kind !== 'data' || frame.bytes.buffer.byteLength <= CONSOLE_CHUNK)).toBe(true);
  bridge.close();
});

test.each([
  ['no frame', 'hello'],
  ['100 MiB in one frame', { kind: 'data', bytes: new Uint8Array(100 * 1024 * 1024) }],
  ['text for bytes', { kind: 'data', bytes: 'hello' }],
  ['a negative credit', { kind: 'credit', bytes: -1 }],
  ['no number of credit', { kind: 'credit', bytes: Number.NaN }],
  ['credit that was never due', { kind: 'credit', bytes: CONSOLE_WINDOW }],
  ['an unknown key', { kind: 'end', fault: null, more: 1 }],
])('%s ends the console', async (_what, frame) => {
  const { open } = await setUp();
  const port = await open();
  port.send(frame);
  expect(port.ending).toMatchObject({ fault: { code: 'bad-input' } });
  expect(port.closed).toBe(true);
  const before = port.posted.length;
  port.type('uname\r');
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
  expect(port.posted).toHaveLength(before);
});

test('a window that sends without waiting is cut off', async () => {
  const { connection, open } = await setUp();
  vi.spyOn(connection, 'openConsole').mockResolvedValueOnce({
    read: async function* () {
      await new Promise(() => {});
      yield new Uint8Array();
    },
    write: async () => new Promise(() => {}),
    close: async () => {},
  });
  const port = await open();
  for (let i = 0; i < 9; i++) port.send({ kind: 'data', bytes: new Uint8Array(CONSOLE_CHUNK) });
  expect(port.ending).toMatchObject({ fault: { code: 'too-large' } });
});

test('a serial console has one user unless it is taken over', async () => {
  const { open } = await setUp();
  const first = await open();
  await expect(open(2)).rejects.toMatchObject({ code: 'console-busy' });
  const second = await open(2, { force: true });
  await vi.waitFor(() => expect(first.ending).toEqual({ kind: 'end', fault: null }));
  second.type('uname\r');
  await vi.waitFor(() => expect(second.text).toContain('Linux'));
});

test('consoles end with the guest, with the connection and with the window', async () => {
  const { fake, open, bridge, connection } = await setUp();
  const withGuest = await open();
  await connection.act(id, 'force-off');
  await vi.waitFor(() => expect(withGuest.closed).toBe(true));
  await connection.act(id, 'start');
  const withWindow = await open(7);
  bridge.windowClosed(8);
  expect(withWindow.closed).toBe(false);
  bridge.windowClosed(7);
  expect(withWindow.closed).toBe(true);
  const withPage = await open(7, { force: true });
  withPage.vanish();
  const withHost = await open(7, { force: true });
  fake.dropConnection('here');
  await vi.waitFor(() => expect(withHost.closed).toBe(true));
});

test('a window that closes while its console is opened gets none', async () => {
  const { bridge, ports, connection } = await setUp();
  const opening = bridge.open(1, wish);
  bridge.windowClosed(1);
  await opening;
  expect(ports).toEqual([]);
  const stream = await connection.openConsole(id, 'serial0', { force: false });
  await stream.close();
});

test(`a window shows at most ${consolesMax} consoles`, async () => {
  const { open } = await setUp();
  for (let i = 0; i < consolesMax; i++) await open(1, { console: 'vnc-0' });
  await expect(open(1, { console: 'vnc-0' })).rejects.toMatchObject({ code: 'busy' });
  await open(2, { console: 'vnc-0' }).then((port) => port.vanish());
});
