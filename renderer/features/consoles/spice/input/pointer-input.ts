import type { PointerMode } from '../../screen.ts';
import { type GuestPoint, type InputsChannel, MouseButton } from './inputs-channel.ts';

/** MouseEvent.button in SPICE's words. */
const buttons: readonly MouseButton[] = [MouseButton.left, MouseButton.middle, MouseButton.right, MouseButton.side, MouseButton.extra];
/** How far a wheel turns for one click of it, in pixels of WheelEvent: half of what most mice report, so that none is lost. */
const NOTCH = 50;
const LINE = 20;

interface PointerInputOptions {
  /** Holds the pictures. */
  readonly element: HTMLElement;
  /** Null before it is there, or while nothing may be clicked. */
  readonly inputs: () => InputsChannel | null;
  readonly mode: () => PointerMode;
  /** The guest's point under the pointer, or the nearest. */
  readonly pointAt: (event: MouseEvent) => GuestPoint | null;
  /** Before anything else is done with an event. */
  readonly seen: (event: MouseEvent) => void;
}

/** Movements, clicks and wheel over `element` go to the guest. Where it has a mouse only, a click gives it the pointer until Esc. */
export class PointerInput {
  readonly #options: PointerInputOptions;
  readonly #over = new AbortController();
  #turned = 0;

  constructor(options: PointerInputOptions) {
    this.#options = options;
    const { element } = options;
    const { signal } = this.#over;
    // With the pointer captured, a drag goes on outside of the picture.
    element.addEventListener('pointerdown', (event) => capture(element, event.pointerId), { signal });
    element.addEventListener('mousedown', (event) => this.#pressed(event), { signal });
    element.addEventListener('mouseup', (event) => this.#released(event), { signal });
    element.addEventListener('mousemove', (event) => this.#moved(event), { signal });
    element.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  }

  /** Gives the pointer back to the person. */
  free(): void {
    if (this.#isLocked) document.exitPointerLock();
  }

  dispose(): void {
    this.free();
    this.#over.abort();
  }

  get #isLocked(): boolean {
    return document.pointerLockElement === this.#options.element;
  }

  #pressed(event: MouseEvent): void {
    const { element, seen, mode, inputs } = this.#options;
    element.focus();
    event.preventDefault();
    seen(event);
    if (inputs() === null) return;
    // The click that asks for the pointer is not one in the guest: nobody could say where it would land.
    if (mode() === 'relative' && !this.#isLocked) {
      void lockPointer(element);
      return;
    }
    this.#moved(event);
    const button = buttons[event.button];
    if (button !== undefined) inputs()?.press(button);
  }

  #released(event: MouseEvent): void {
    const button = buttons[event.button];
    event.preventDefault();
    this.#moved(event);
    if (button !== undefined) this.#options.inputs()?.release(button);
  }

  #moved(event: MouseEvent): void {
    const { inputs, mode, pointAt } = this.#options;
    if (mode() === 'relative') {
      if (this.#isLocked && event.type === 'mousemove') inputs()?.moveBy(event.movementX, event.movementY);
      return;
    }
    const point = pointAt(event);
    if (point !== null) inputs()?.moveTo(point);
  }

  #wheel(event: WheelEvent): void {
    const inputs = this.#options.inputs();
    if (inputs === null || (this.#options.mode() === 'relative' && !this.#isLocked)) return;
    event.preventDefault();
    this.#moved(event);
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE;
    this.#turned += event.deltaY * pixels;
    if (Math.abs(this.#turned) < NOTCH) return;
    const button = this.#turned < 0 ? MouseButton.up : MouseButton.down;
    this.#turned = 0;
    inputs.press(button);
    inputs.release(button);
  }
}

function capture(element: HTMLElement, pointerId: number): void {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // The pointer is gone already, or locked.
  }
}

async function lockPointer(element: HTMLElement): Promise<void> {
  try {
    await element.requestPointerLock();
  } catch {
    // Asked for too soon after it was given back, which Chromium refuses: the next click asks again.
  }
}
