import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import type { ChannelHandler, ChannelLink } from '../channel.ts';
import { scancodeOf } from './scancodes.ts';

// Source: spice.proto, InputsChannel.
const Told = { init: 101, keyModifiers: 102, mouseMotionAck: 111 } as const;
const Say = {
  keyDown: 101,
  keyUp: 102,
  keyModifiers: 103,
  mouseMotion: 111,
  mousePosition: 112,
  mousePress: 113,
  mouseRelease: 114,
} as const;

/** SPICE_INPUT_MOTION_ACK_BUNCH: so many motions are acknowledged at once; twice that many may be under way. */
const BUNCH = 4;

/** SPICE_MOUSE_BUTTON_…; its bit in a buttons' state is `1 << (button - 1)`. */
export const MouseButton = { left: 1, middle: 2, right: 3, up: 4, down: 5, side: 6, extra: 7 } as const;
export type MouseButton = (typeof MouseButton)[keyof typeof MouseButton];

/** SPICE_KEYBOARD_MODIFIER_FLAGS_… */
export const Lock = { scroll: 1, num: 2, caps: 4 } as const;

/** A point of one display, in its pixels. */
export interface GuestPoint {
  readonly display: number;
  readonly x: number;
  readonly y: number;
}

type Motion =
  | { readonly kind: 'position'; readonly at: GuestPoint }
  | { readonly kind: 'motion'; readonly dx: number; readonly dy: number };

/** Keys and pointer of the person. It knows what is down, so that all of it can be let go. */
export class InputsChannel implements ChannelHandler {
  readonly #link: ChannelLink;
  readonly #keys = new Set<string>();
  #buttons = 0;
  #locks = 0;
  #underWay = 0;
  #next: Motion | null = null;

  constructor(link: ChannelLink) {
    this.#link = link;
  }

  /** The guest's locks that are on now: bits of Lock. */
  get locks(): number {
    return this.#locks;
  }

  receive(type: number, bytes: Uint8Array): void {
    if (type === Told.init || type === Told.keyModifiers) {
      this.#locks = new BodyReader(bytes).u16();
    } else if (type === Told.mouseMotionAck) {
      this.#underWay = Math.max(0, this.#underWay - BUNCH);
      this.#move();
    }
  }

  dispose(): void {
    this.#next = null;
  }

  /** Pressed, or repeated while it is down. False if no PC keyboard has this key. */
  keyDown(code: string): boolean {
    const scancode = scancodeOf(code);
    if (scancode === null) return false;
    this.#keys.add(code);
    this.#link.send(Say.keyDown, new BodyWriter(4).u32(scancode.down).done());
    return true;
  }

  keyUp(code: string): void {
    if (!this.#keys.delete(code)) return;
    const scancode = scancodeOf(code);
    if (scancode !== null) this.#link.send(Say.keyUp, new BodyWriter(4).u32(scancode.up).done());
  }

  isDown(code: string): boolean {
    return this.#keys.has(code);
  }

  setLocks(locks: number): void {
    if (locks === this.#locks) return;
    this.#locks = locks;
    this.#link.send(Say.keyModifiers, new BodyWriter(2).u16(locks).done());
  }

  moveTo(at: GuestPoint): void {
    this.#next = { kind: 'position', at };
    this.#move();
  }

  moveBy(dx: number, dy: number): void {
    const before = this.#next?.kind === 'motion' ? this.#next : { dx: 0, dy: 0 };
    this.#next = { kind: 'motion', dx: before.dx + dx, dy: before.dy + dy };
    this.#move();
  }

  press(button: MouseButton): void {
    this.#flush();
    this.#buttons |= 1 << (button - 1);
    this.#link.send(Say.mousePress, new BodyWriter(3).u8(button).u16(this.#buttons).done());
  }

  release(button: MouseButton): void {
    const bit = 1 << (button - 1);
    if ((this.#buttons & bit) === 0) return;
    this.#flush();
    this.#buttons &= ~bit;
    this.#link.send(Say.mouseRelease, new BodyWriter(3).u8(button).u16(this.#buttons).done());
  }

  releaseAll(): void {
    for (const code of [...this.#keys].toReversed()) this.keyUp(code);
    for (const button of Object.values(MouseButton)) this.release(button);
  }

  /** The last movement, if the guest took in those before it; else it waits, and only the newest of those that wait is sent. */
  #move(): void {
    if (this.#underWay < 2 * BUNCH) this.#flush();
  }

  /** A click belongs where the pointer is, however many movements are under way. */
  #flush(): void {
    const motion = this.#next;
    if (motion === null) return;
    this.#next = null;
    this.#underWay += 1;
    if (motion.kind === 'motion') {
      this.#link.send(Say.mouseMotion, new BodyWriter(10).u32(motion.dx).u32(motion.dy).u16(this.#buttons).done());
    } else {
      const { x, y, display } = motion.at;
      this.#link.send(Say.mousePosition, new BodyWriter(11).u32(x).u32(y).u16(this.#buttons).u8(display).done());
    }
  }
}
