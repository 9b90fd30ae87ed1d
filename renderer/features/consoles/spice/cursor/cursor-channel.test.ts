import { beforeEach, expect, test } from 'vitest';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';
import { CursorChannel } from './cursor-channel.ts';
import type { CursorShape } from './cursor-shape.ts';

let shapes: (CursorShape | null)[];
let visible: boolean[];
let places: [number, number][];
let cursor: CursorChannel;
beforeEach(() => {
  [shapes, visible, places] = [[], [], []];
  cursor = new CursorChannel({
    shape: (shape) => shapes.push(shape),
    visible: (is) => visible.push(is),
    moved: (x, y) => places.push([x, y]),
  });
});

interface Given {
  readonly type: number;
  readonly width?: number;
  readonly height?: number;
  readonly flags?: number;
  readonly id?: bigint;
  readonly data?: readonly number[];
}
function set({ type, width = 2, height = 1, flags = 0, id = 1n, data = [] }: Given): void {
  const head = new BodyWriter(4 + 1 + 2 + 17).u16(5).u16(0xffff).u8(1).u16(flags);
  const body = head.u64(id).u8(type).u16(width).u16(height).u16(1).u16(9).done();
  cursor.receive(103, Uint8Array.from([...body, ...data]));
}
const pixels = (): number[][] => {
  const rgba = [...(shapes.at(-1)?.rgba ?? [])];
  return Array.from({ length: rgba.length / 4 }, (_, i) => rgba.slice(4 * i, 4 * i + 4));
};

test('colours with transparency, as the guest multiplied them', () => {
  set({ type: 0, data: [1, 2, 3, 255, 0, 64, 128, 128] });
  expect(pixels()).toEqual([
    [3, 2, 1, 255],
    [255, 128, 0, 128],
  ]);
  expect(shapes[0]).toMatchObject({ width: 2, height: 1, hotX: 1, hotY: 0 });
  expect([visible, places]).toEqual([[true], [[5, -1]]]);
});

test('two masks: black, white, clear, and what turns the screen’s colour round in black with a white edge', () => {
  set({ type: 1, width: 6, data: [0b0011_1100, 0b0100_0100] });
  expect(pixels().map(([value, , , alpha]) => (alpha === 0 ? ' ' : value === 0 ? 'black' : 'white'))).toEqual([
    'black',
    'white',
    ' ',
    ' ',
    'white',
    'black',
  ]);
});

test.each([
  ['four bytes', 6, [1, 2, 3, 0, 4, 5, 6, 0]],
  ['three bytes', 5, [1, 2, 3, 4, 5, 6]],
])('colours of %s with a mask', (_name, type, colours) => {
  set({ type, data: [...colours, 0b0100_0000] });
  expect(pixels()).toEqual([
    [3, 2, 1, 255],
    [0, 0, 0, 0],
  ]);
});

test('colours of fifteen bits and from a palette', () => {
  set({ type: 4, data: [0x00, 0x7c, 0x1f, 0x00, 0] });
  expect(pixels()).toEqual([
    [255, 0, 0, 255],
    [0, 0, 255, 255],
  ]);
  const palette = Array.from({ length: 16 }, (_, i) => [i, 0, 0, 0]).flat();
  set({ type: 2, data: [0x3a, ...palette, 0] });
  expect(pixels()).toEqual([
    [0, 0, 3, 255],
    [0, 0, 10, 255],
  ]);
});

test('a pointer is kept when the server says so, used again, and forgotten', () => {
  set({ type: 6, flags: 2, id: 7n, data: [1, 2, 3, 0, 4, 5, 6, 0, 0] });
  set({ type: 6, flags: 4, id: 7n });
  expect(shapes[1]).toBe(shapes[0]);
  cursor.receive(107, new BodyWriter(8).u64(7n).done());
  set({ type: 6, flags: 4, id: 7n });
  expect(shapes[2]).toBeNull();
});

test('no more pointers are kept than a server knows of', () => {
  for (let id = 0n; id < 300n; id++) set({ type: 6, flags: 2, id, data: [1, 2, 3, 0, 4, 5, 6, 0, 0] });
  set({ type: 6, flags: 4, id: 0n });
  expect(shapes.at(-1)).toBeNull();
  set({ type: 6, flags: 4, id: 299n });
  expect(shapes.at(-1)).not.toBeNull();
});

test('hidden, moved, reset', () => {
  cursor.receive(105, new Uint8Array());
  cursor.receive(104, Uint8Array.of(1, 0, 2, 0));
  cursor.receive(102, new Uint8Array());
  expect(visible).toEqual([false, true, true]);
  expect([places, shapes]).toEqual([[[1, 2]], [null]]);
});

test.each([
  [{ type: 0, width: 257 }],
  [{ type: 0, width: 65_535, height: 65_535 }],
  [{ type: 0, data: [1, 2, 3] }],
  [{ type: 1, width: 256, height: 256, data: [0] }],
  [{ type: 7, data: [0, 0, 0, 0, 0, 0, 0, 0, 0] }],
])('what is no pointer is refused: %j', (given) => {
  expect(() => set(given)).toThrow(SpiceError);
});
