import { beforeEach, expect, test } from 'vitest';
import { BodyReader } from '../body-reader.ts';
import { InputsChannel, Lock, MouseButton } from './inputs-channel.ts';
import { scancodeOf } from './scancodes.ts';
import { usKeyOf } from './us-keys.ts';

let sent: { type: number; body: Uint8Array }[];
let inputs: InputsChannel;
beforeEach(() => {
  sent = [];
  inputs = new InputsChannel({ send: (type, body = new Uint8Array()) => sent.push({ type, body }) });
});
const u32 = (body: Uint8Array): number => new BodyReader(body).u32();
const keys = () => sent.filter(({ type }) => type === 101 || type === 102).map(({ type, body }) => [type, u32(body).toString(16)]);

test.each([
  ['KeyA', '1e', '9e'],
  ['Enter', '1c', '9c'],
  ['NumpadEnter', '1ce0', '9ce0'],
  ['ArrowUp', '48e0', 'c8e0'],
  ['Numpad8', '48', 'c8'],
  ['AltRight', '38e0', 'b8e0'],
  ['Delete', '53e0', 'd3e0'],
  ['MetaLeft', '5be0', 'dbe0'],
  ['IntlBackslash', '56', 'd6'],
  ['F12', '58', 'd8'],
  ['IntlYen', '7d', 'fd'],
  ['Pause', '451de1', 'c59de1'],
])('%s is %s, and %s when let go', (code, down, up) => {
  inputs.keyDown(code);
  inputs.keyUp(code);
  expect(keys()).toEqual([
    [101, down],
    [102, up],
  ]);
});

test('no two keys have the same code', () => {
  const codes =
    'Escape Digit1 Digit0 Equal Backspace Tab KeyQ BracketRight Enter ControlLeft KeyA Backquote ShiftLeft Backslash KeyZ Slash ShiftRight Space F1 F10 Numpad7 NumpadDecimal F11 F24 Lang1 Home End Insert Delete MetaRight ContextMenu BrowserBack';
  const downs = codes.split(' ').map((code) => scancodeOf(code)?.down);
  expect(downs).not.toContain(undefined);
  expect(new Set(downs).size).toBe(downs.length);
});

test('a key that no PC has is not sent, and one that is not down is not let go', () => {
  expect(inputs.keyDown('Fn')).toBe(false);
  inputs.keyUp('KeyA');
  expect(sent).toEqual([]);
});

test('all that is down is let go, the last first', () => {
  for (const code of ['ControlLeft', 'AltLeft', 'KeyT']) inputs.keyDown(code);
  inputs.press(MouseButton.left);
  sent.length = 0;
  inputs.releaseAll();
  expect(keys()).toEqual([
    [102, '94'],
    [102, 'b8'],
    [102, '9d'],
  ]);
  expect(sent.at(-1)).toEqual({ type: 114, body: Uint8Array.of(1, 0, 0) });
  sent.length = 0;
  inputs.releaseAll();
  expect(sent).toEqual([]);
});

test('locks are sent where they differ from the guest’s', () => {
  inputs.receive(101, Uint8Array.of(Lock.num, 0));
  inputs.setLocks(Lock.num);
  expect(sent).toEqual([]);
  inputs.setLocks(Lock.num | Lock.caps);
  expect(sent).toEqual([{ type: 103, body: Uint8Array.of(6, 0) }]);
});

test('eight movements are under way at most; then only the newest waits, and a click does not wait', () => {
  for (let x = 0; x < 100; x++) inputs.moveTo({ display: 1, x, y: 5 });
  const xs = () => sent.filter(({ type }) => type === 112).map(({ body }) => u32(body));
  expect(xs()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  inputs.receive(111, new Uint8Array());
  expect(xs().at(-1)).toBe(99);
  expect(sent.at(-1)?.body).toEqual(Uint8Array.of(99, 0, 0, 0, 5, 0, 0, 0, 0, 0, 1));
  for (let x = 0; x < 100; x++) inputs.moveTo({ display: 0, x, y: 5 });
  inputs.press(MouseButton.right);
  expect(xs().at(-1)).toBe(99);
  expect(sent.at(-1)).toEqual({ type: 113, body: Uint8Array.of(3, 4, 0) });
});

test('relative movements add up while they wait', () => {
  for (let i = 0; i < 20; i++) inputs.moveBy(1, -2);
  inputs.receive(111, new Uint8Array());
  const last = new BodyReader(sent.at(-1)?.body ?? new Uint8Array());
  expect([last.i32(), last.i32()]).toEqual([12, -24]);
  inputs.receive(111, new Uint8Array());
  inputs.receive(111, new Uint8Array());
  inputs.receive(111, new Uint8Array());
  expect(sent).toHaveLength(9);
});

test('a sign without a place is typed where the US keyboard has it', () => {
  const place = (keysym: number, code = '') => usKeyOf({ keysym, code });
  expect(place(0x61)).toEqual({ code: 'KeyA', shift: false });
  expect(place(0x41)).toEqual({ code: 'KeyA', shift: true });
  expect(place(0x40)).toEqual({ code: 'Digit2', shift: true });
  expect(place(0x3f)).toEqual({ code: 'Slash', shift: true });
  expect(place(0x20)).toEqual({ code: 'Space', shift: false });
  expect(place(0xff0d)).toEqual({ code: 'Enter', shift: false });
  expect(place(0xffbf)).toEqual({ code: 'F2', shift: false });
  expect(place(0xe9)).toBeNull();
  expect(place(0x61, 'KeyQ')).toEqual({ code: 'KeyQ', shift: false });
});
