import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { call, callWithBytes, event } from '#contract/define';
import type { Caller } from '#contract/define';
import { NewGuestName } from '#model/guest';
import { BackendError } from '../backends/errors.ts';
import { CallLimits } from './call-limits.ts';
import { createRouter } from './router.ts';

const app: Caller = { window: 1, role: 'app' };
const asking: Caller = { window: 2, role: 'confirmation' };
const beside: Caller = { window: 3, role: 'console' };

const contract = {
  guests: {
    start: call(z.strictObject({ id: z.string(), count: z.number().int().nonnegative().optional() }), z.string()),
    create: call(z.strictObject({ spec: z.strictObject({ name: NewGuestName }), token: z.uuid() }), z.void()),
    any: call(z.looseObject({}), z.string()),
    show: call(z.strictObject({}), z.string(), 'app', 'console'),
    draw: callWithBytes(z.strictObject({ png: z.instanceof(Uint8Array) }), z.number(), 2_000_000, 'app', 'console'),
    changed: event(z.string()),
  },
  confirmation: { read: call(z.strictObject({}), z.string(), 'confirmation') },
} as const;

function setUp(options: { checkOutputs?: boolean; now?: () => number } = {}) {
  const start = vi.fn(async ({ id }: { id: string }, caller: Caller) => `${id} by ${caller.window}`);
  const log = vi.fn<(line: string) => void>();
  const router = createRouter(
    contract,
    {
      guests: {
        start,
        create: async () => {},
        any: async () => 'seen',
        show: async () => 'shown',
        draw: async ({ png }) => png.byteLength,
      },
      confirmation: { read: async () => 'a question' },
    },
    { log, limits: new CallLimits(options.now), checkOutputs: options.checkOutputs ?? false },
  );
  const code = async (channel: unknown, args: readonly unknown[], caller = app) => {
    const reply = await router(channel, args, caller);
    return reply.ok ? 'ok' : reply.fault.code;
  };
  return { router, start, log, code };
}

test('a call reaches its handler with what was sent and who sent it', async () => {
  const { router } = setUp();
  expect(await router('guests.start', [{ id: 'debian' }], app)).toEqual({ ok: true, value: 'debian by 1' });
});

test.each([
  '__proto__',
  'constructor',
  'guests.__proto__',
  'guests.constructor',
  'constructor.call',
  '',
  'x'.repeat(1024 * 1024),
  'guests.changed',
  7,
  null,
  {},
])('no handler answers to %.40s', async (channel) => {
  const { router, code, log } = setUp();
  expect(await code(channel, [{}])).toBe('unknown-call');
  await router(channel, [{}], app);
  expect(log).toHaveBeenCalledTimes(1);
  expect(log.mock.calls[0]?.[0].length).toBeLessThan(200);
});

test('unknown calls cannot fill the log', async () => {
  let now = 0;
  const { code, log } = setUp({ now: () => (now += 1000) });
  for (let i = 0; i < 500; i++) await code(`guests.${i}`, [{}]);
  expect(log.mock.calls.length).toBeLessThanOrEqual(100);
});

test('a call can be for several kinds of windows', async () => {
  const { code } = setUp();
  expect(await code('guests.show', [{}], app)).toBe('ok');
  expect(await code('guests.show', [{}], beside)).toBe('ok');
  expect(await code('guests.show', [{}], asking)).toBe('bad-role');
  expect(await code('guests.start', [{ id: 'a' }], beside)).toBe('bad-role');
});

test('bytes are for the calls that take them, and so many at most', async () => {
  const { router, code } = setUp();
  expect(await router('guests.draw', [{ png: new Uint8Array(1_900_000) }], beside)).toEqual({ ok: true, value: 1_900_000 });
  expect(await code('guests.draw', [{ png: new Uint8Array(2_000_001) }])).toBe('too-large');
  expect(await code('guests.draw', [{ png: new Uint8Array(1_900_000), more: 'x'.repeat(200_000) }])).toBe('too-large');
  expect(await code('guests.draw', [{ png: new Float64Array(8) }])).toBe('bad-input');
  expect(await code('guests.draw', [{ png: new ArrayBuffer(8) }])).toBe('bad-input');
  expect(await code('guests.any', [{ png: new Uint8Array(8) }])).toBe('bad-input');
});

test('a window may make only the calls of its role', async () => {
  const { code, start } = setUp();
  expect(await code('guests.start', [{ id: 'a' }], asking)).toBe('bad-role');
  expect(await code('confirmation.read', [{}], app)).toBe('bad-role');
  expect(await code('confirmation.read', [{}], asking)).toBe('ok');
  expect(start).not.toHaveBeenCalled();
});

class Disguised {
  id = 'a';
}
const cyclic: Record<string, unknown> = { id: 'a' };
cyclic['self'] = cyclic;
let deep: unknown = 'a';
for (let i = 0; i < 1000; i++) deep = { id: deep };
const manyKeys = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, 0]));

test.each([
  ['no argument', []],
  ['two arguments', [{ id: 'a' }, { id: 'a' }]],
  ['an array', [[{ id: 'a' }]]],
  ['null', [null]],
  ['undefined', [undefined]],
  ['a string', ['a']],
  ['an unknown key', [{ id: 'a', force: true }]],
  ['a missing key', [{}]],
  ['a getter', [Object.defineProperty({}, 'id', { get: () => 'a', enumerable: true })]],
  ['a symbol key', [{ id: 'a', [Symbol('x')]: 1 }]],
  ['a __proto__ key', [JSON.parse('{"id":"a","__proto__":{"polluted":true}}')]],
  ['a constructor key', [JSON.parse('{"id":"a","constructor":{"prototype":{"polluted":true}}}')]],
  ['another prototype', [new Disguised()]],
  ['an inherited field', [Object.create({ id: 'a' })]],
  ['NaN', [{ id: 'a', count: Number.NaN }]],
  ['infinity', [{ id: 'a', count: Number.POSITIVE_INFINITY }]],
  ['minus zero', [{ id: 'a', count: -0 }]],
  ['1e308', [{ id: 'a', count: 1e308 }]],
  ['2^53 + 2', [{ id: 'a', count: 2 ** 53 + 2 }]],
  ['minus one', [{ id: 'a', count: -1 }]],
  ['a half', [{ id: 'a', count: 1.5 }]],
  ['a BigInt', [{ id: 'a', count: 2n ** 64n }]],
  ['a Map', [{ id: new Map() }]],
  ['a Set', [{ id: new Set() }]],
  ['a Date', [{ id: new Date(Number.NaN) }]],
  ['a RegExp', [{ id: /a/ }]],
  ['an Error', [{ id: new Error('a') }]],
  ['a typed array', [{ id: new Uint8Array(4) }]],
  ['a function', [{ id: () => 'a' }]],
  ['a sparse array', [{ id: Array.from({ length: 3 }).fill(0, 1, 2) }]],
  ['a cycle', [cyclic]],
  ['depth 1,000', [{ id: deep }]],
  ['a million keys', [manyKeys]],
])(
  '%s is bad input and reaches nothing',
  async (_what, args) => {
    const { code, start } = setUp();
    expect(await code('guests.start', args)).toBe('bad-input');
    expect(start).not.toHaveBeenCalled();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  },
  60_000,
);

test.each([
  ['a string of 64 MiB', { id: 'x'.repeat(64 * 1024 * 1024) }],
  ['a string of 1 MiB of two-byte characters', { id: 'é'.repeat(600 * 1024) }],
  ['a buffer of 256 MiB', { id: new ArrayBuffer(256 * 1024 * 1024) }],
  ['an array of a million', { id: Array.from({ length: 1_000_000 }).fill(0) }],
  ['many small arrays', { id: Array.from({ length: 300 }, () => Array.from({ length: 300 }).fill(true)) }],
])('%s is too large, at once', async (_what, input) => {
  const { code } = setUp();
  const begun = performance.now();
  expect(await code('guests.any', [input])).toBe('too-large');
  // Reading it all would take longer.
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('plain data up to the limits passes', async () => {
  const { code } = setUp();
  let nested: unknown = 1;
  for (let i = 0; i < 30; i++) nested = { nested };
  expect(await code('guests.any', [{ nested, list: [1, 'two', null, true], text: 'x'.repeat(1_000_000) }])).toBe('ok');
  expect(await code('guests.any', [Object.assign(Object.create(null), { a: 1 })])).toBe('ok');
});

const token = '0b0d9c6e-2f0e-4d25-8c6b-6f8a0f6c2a11';
test.each(['', ' ', '..', '-rf', '.hidden', 'x'.repeat(300), 'a/b', 'a\0b', 'a\nb', 'a\ud800', 'a\u202eb', 'ends '])(
  'the name %j has a code of its own',
  async (name) => {
    const { router } = setUp();
    const reply = await router('guests.create', [{ spec: { name }, token }], app);
    expect(reply).toMatchObject({ ok: false, fault: { code: 'bad-name', remedy: expect.stringMatching(/\.$/) } });
  },
);

test.each(['/etc/shadow', '../x', '/proc/self/mem', '~', 'file:///etc/passwd', ''])('the path %j is no token', async (path) => {
  const { code } = setUp();
  expect(await code('guests.create', [{ spec: { name: 'debian' }, token: path }])).toBe('bad-token');
});

test('a wrong type is bad input even where a name is meant', async () => {
  const { code } = setUp();
  expect(await code('guests.create', [{ spec: { name: 7 }, token }])).toBe('bad-input');
});

test("a backend's error keeps its words; any other keeps everything to itself and goes to the log", async () => {
  const { router, start, log } = setUp();
  start.mockRejectedValueOnce(
    new BackendError('in-use', 'The disk is in use.', {
      reason: 'locked',
      remedy: 'Stop the other guest.',
      cause: new Error('/home/secret'),
    }),
  );
  expect(await router('guests.start', [{ id: 'a' }], app)).toEqual({
    ok: false,
    fault: { code: 'in-use', message: 'The disk is in use.', reason: 'locked', remedy: 'Stop the other guest.' },
  });
  expect(log).not.toHaveBeenCalled();
  start.mockRejectedValueOnce(new TypeError('/home/secret at x.ts:1'));
  const reply = await router('guests.start', [{ id: 'a' }], app);
  expect(reply).toMatchObject({ ok: false, fault: { code: 'internal' } });
  expect(JSON.stringify(reply)).not.toContain('secret');
  expect(log.mock.calls[0]?.[0]).toContain('secret');
});

test('64 calls may be under way; other windows are not touched', async () => {
  const { code, start } = setUp();
  let release = () => {};
  const held = new Promise<string>((resolve) => {
    release = () => resolve('late');
  });
  start.mockImplementation(async () => held);
  const under = Array.from({ length: 64 }, async () => code('guests.start', [{ id: 'a' }]));
  expect(await code('guests.any', [{}])).toBe('busy');
  expect(await code('guests.any', [{}], { window: 9, role: 'app' })).toBe('ok');
  release();
  expect(await Promise.all(under)).toEqual(Array.from({ length: 64 }, () => 'ok'));
  expect(await code('guests.any', [{}])).toBe('ok');
});

test('200 calls a second, also of those that do not exist', async () => {
  let now = 5000;
  const { code } = setUp({ now: () => now });
  const codes: string[] = [];
  for (let i = 0; i < 10_000; i++) codes.push(await code(i % 2 === 0 ? 'guests.any' : 'guests.none', [{}]));
  expect(codes.filter((found) => found !== 'busy')).toHaveLength(200);
  now += 1000;
  expect(await code('guests.any', [{}])).toBe('ok');
});

test('outputs are checked where that was asked for', async () => {
  const { start, code } = setUp({ checkOutputs: true });
  start.mockResolvedValueOnce(Object(7));
  expect(await code('guests.start', [{ id: 'a' }])).toBe('internal');
  expect(await code('guests.start', [{ id: 'a' }])).toBe('ok');
});

test('a contract without its handler does not start', () => {
  const broken = { guests: {}, confirmation: { read: async () => 'a question' } };
  const handlers: Parameters<typeof createRouter<typeof contract>>[1] = Object(broken);
  expect(() => createRouter(contract, handlers, { log: () => {} })).toThrow('guests.start has no handler');
});
