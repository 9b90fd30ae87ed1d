import { readQemuKeymap } from './qemu-keymap.ts';

/** Of the kernel's tables (linux/keyboard.h): plain, Shift, AltGr, and both. Ctrl's and Alt's stay the guest's own. */
const TABLES = [0, 1, 2, 3];
const KEYS = 128;
const NOTHING = 0x200;
/** Keys that every layout has, by their scan codes; as in the kernel's own defkeymap.map. */
const everywhere: readonly (readonly [key: number, value: number])[] = [
  [14, 0x7f], // Backspace
  [28, 0x201], // Enter
  [29, 0x702], // Ctrl
  [42, 0x700], // Shift
  [54, 0x700],
  [56, 0x703], // Alt
  [57, 0x20], // Space
  [100, 0x701], // AltGr
];

/** One of QEMU's layouts as busybox's `loadkmap` reads it: "bkeymap", 256 flags, and 128 values for each table that has one. */
export function kernelKeymap(layout: string): Buffer {
  const ways = [...readQemuKeymap(layout)].flatMap(([character, all]) => all.map((way) => ({ character, ...way })));
  const tables = TABLES.map((table) => {
    const values = new Uint16Array(KEYS).fill(NOTHING);
    for (const { character, scanCode, modifiers } of ways) {
      if (modifiers === table && scanCode < KEYS) values[scanCode] = valueOf(character);
    }
    for (const [key, value] of everywhere) values[key] = value;
    return Buffer.from(values.buffer);
  });
  const flags = Uint8Array.from({ length: 256 }, (_, table) => (TABLES.includes(table) ? 1 : 0));
  return Buffer.concat([Buffer.from('bkeymap'), flags, ...tables]);
}

/** Above Latin-1 the kernel wants Unicode with its upper bits turned (linux/keyboard.h, U). */
function valueOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? code : code ^ 0xf000;
}
