import type { Key } from '../../screen.ts';
import { type InputsChannel, Lock } from './inputs-channel.ts';
import { usKeyOf } from './us-keys.ts';

const lockKeys = ['CapsLock', 'NumLock', 'ScrollLock'];

interface KeyboardInputOptions {
  /** What has the focus while keys are the guest's. */
  readonly element: HTMLElement;
  /** Null before it is there, or while nothing may be typed. */
  readonly inputs: () => InputsChannel | null;
}

/** Keys typed in `element` go to the guest, and all are let go when it loses the focus. */
export class KeyboardInput {
  readonly #options: KeyboardInputOptions;
  readonly #over = new AbortController();
  #knowsLocks = false;
  #held: readonly string[] = [];

  constructor(options: KeyboardInputOptions) {
    this.#options = options;
    const { element } = options;
    const { signal } = this.#over;
    element.addEventListener('keydown', (event) => this.#down(event), { signal });
    element.addEventListener('keyup', (event) => this.#up(event), { signal });
    element.addEventListener('blur', () => this.releaseAll(), { signal });
    element.addEventListener('focus', () => (this.#knowsLocks = false), { signal });
  }

  pressKeys(keys: readonly Key[]): void {
    const inputs = this.#options.inputs();
    const codes = codesOf(keys);
    for (const code of codes) inputs?.keyDown(code);
    for (const code of codes.toReversed()) inputs?.keyUp(code);
  }

  holdKeys(keys: readonly Key[]): void {
    const inputs = this.#options.inputs();
    const codes = codesOf(keys);
    for (const code of this.#held) if (!codes.includes(code)) inputs?.keyUp(code);
    for (const code of codes) if (!this.#held.includes(code)) inputs?.keyDown(code);
    this.#held = codes;
  }

  releaseAll(): void {
    this.#held = [];
    this.#options.inputs()?.releaseAll();
  }

  /** The guest's locks are made the person's, once after each focus: the keys may have been pressed elsewhere. */
  syncLocks(event: KeyboardEvent | MouseEvent): void {
    const inputs = this.#options.inputs();
    if (this.#knowsLocks || inputs === null) return;
    this.#knowsLocks = true;
    const bit = (name: string, lock: number): number => (event.getModifierState(name) ? lock : 0);
    inputs.setLocks(bit('ScrollLock', Lock.scroll) | bit('NumLock', Lock.num) | bit('CapsLock', Lock.caps));
  }

  dispose(): void {
    this.releaseAll();
    this.#over.abort();
  }

  #down(event: KeyboardEvent): void {
    const inputs = this.#options.inputs();
    if (inputs === null) return;
    // A lock key's own event already tells what it will be.
    if (lockKeys.includes(event.code)) this.#knowsLocks = true;
    this.syncLocks(event);
    if (inputs.keyDown(event.code)) take(event);
  }

  #up(event: KeyboardEvent): void {
    const inputs = this.#options.inputs();
    if (inputs === null) return;
    // Some desktops keep the press of this one to themselves.
    if (event.code === 'PrintScreen' && !inputs.isDown(event.code)) inputs.keyDown(event.code);
    if (!this.#held.includes(event.code)) inputs.keyUp(event.code);
    take(event);
  }
}

function codesOf(keys: readonly Key[]): string[] {
  const found = keys.flatMap((key) => usKeyOf(key) ?? []);
  const codes = found.flatMap(({ code, shift }) => (shift ? ['ShiftLeft', code] : [code]));
  return [...new Set(codes)];
}

function take(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
