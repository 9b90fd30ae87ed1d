import type { AppContract } from '#contract/contract';
import type { Publisher } from '#contract/define';
import { type ClipboardWays, fitsClipboard } from '#model/clipboard';
import type { Confirmation } from '#model/confirmation';
import type { GuestRef } from '#model/guest';
import { BackendError, onlyLooking } from '../backends/errors.ts';
import type { ConsoleSettings } from './console-settings.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { DesktopClipboard } from './surroundings.ts';

/** How often one window may put a guest's text on the desktop's clipboard in a second: nobody copies more often by hand. */
export const copiesASecond = 4;

interface ClipboardGateOptions {
  readonly registry: Registry;
  readonly settings: ConsoleSettings;
  readonly questions: Questions;
  readonly desktop: DesktopClipboard;
  readonly publish: Pick<Publisher<AppContract>, 'clipboard'>;
  /** Milliseconds, never going back. */
  readonly now?: () => number;
}

/**
 * All that passes between the desktop's clipboard and guests. It passes only while the window that asks has the focus: a guest that is looked
 * at by nobody learns nothing of what is copied elsewhere, and changes nothing of it.
 */
export class ClipboardGate {
  readonly #options: ClipboardGateOptions;
  readonly #now: () => number;
  /** By window, when it last put texts on the clipboard. */
  readonly #copies = new Map<number, readonly number[]>();

  constructor(options: ClipboardGateOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  async ways(ref: GuestRef): Promise<ClipboardWays> {
    return (await this.#options.settings.of(ref)).clipboard;
  }

  /** Throws 'cancelled' unless the person agrees to each way that is opened. */
  async allow(window: number, ref: GuestRef, ways: ClipboardWays): Promise<ClipboardWays> {
    const { settings, registry, questions, publish } = this.#options;
    const before = await this.ways(ref);
    const opened: ClipboardWays = { toGuest: ways.toGuest && !before.toGuest, fromGuest: ways.fromGuest && !before.fromGuest };
    if (opened.toGuest || opened.fromGuest) {
      const { name } = registry.guest(ref);
      if (opened.toGuest && !registry.connection(ref.host).abilities.change) throw onlyLooking();
      await questions.insist(window, clipboardQuestion(name, opened));
    }
    // While the person thought about one way they may have closed the other, elsewhere: only what they were asked about is opened.
    const { clipboard } = await settings.change(ref, (now) => ({
      ...now,
      clipboard: {
        toGuest: ways.toGuest && (opened.toGuest || now.clipboard.toGuest),
        fromGuest: ways.fromGuest && (opened.fromGuest || now.clipboard.fromGuest),
      },
    }));
    publish.clipboard.changed({ guest: ref, ways: clipboard });
    return clipboard;
  }

  async toGuest(window: number, ref: GuestRef): Promise<string | null> {
    const { desktop, registry } = this.#options;
    if (!(await this.ways(ref)).toGuest || !registry.connection(ref.host).abilities.change) return null;
    if (!desktop.isFocused(window)) return null;
    const text = await desktop.read();
    return text !== '' && fitsClipboard(text) ? text : null;
  }

  async fromGuest(window: number, ref: GuestRef, text: string): Promise<boolean> {
    const { desktop } = this.#options;
    if (!(await this.ways(ref)).fromGuest || !desktop.isFocused(window)) return false;
    const now = this.#now();
    const recent = (this.#copies.get(window) ?? []).filter((at) => at > now - 1000);
    if (recent.length >= copiesASecond) throw new BackendError('busy', 'The guest copies too often.');
    this.#copies.set(window, [...recent, now]);
    await desktop.write(text);
    return true;
  }

  windowClosed(window: number): void {
    this.#copies.delete(window);
  }
}

function clipboardQuestion(name: string, { toGuest, fromGuest }: ClipboardWays): Confirmation {
  const reads = 'While its screen has the keyboard, the guest is told each text that you have copied, passwords too.';
  const writes = 'Whatever the guest copies replaces what you have copied, and is what you paste next: look at it before you run it.';
  return {
    title:
      toGuest && fromGuest
        ? `Share the clipboard with “${name}”?`
        : toGuest
          ? `Let “${name}” read the clipboard?`
          : `Let “${name}” write to the clipboard?`,
    message: [...(toGuest ? [reads] : []), ...(fromGuest ? [writes] : []), 'You can take it back at any time, beside its screen.'],
    choices: [],
    confirm: 'Allow',
    danger: false,
  };
}
