import { app, type BrowserWindow, type Input } from 'electron';
import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { type KeyboardSettings, STILL_HERE } from '#contract/keyboard';
import { createReleaseWatch } from '#model/release-keys';
import type { Pages } from './attach.ts';

interface KeyboardGrabOptions {
  readonly pages: Pages;
  readonly settings: KeyboardSettings;
  log(line: string): void;
}

export interface KeyboardGrab {
  readonly handlers: Handlers<AppContract>['keyboard'];
  apply(settings: KeyboardSettings): void;
}

interface Grab {
  held: boolean;
  /** Main has released it, and the page has not said anything since. */
  unanswered: boolean;
  silence: NodeJS.Timeout | undefined;
}

/**
 * The keyboard of windows while one of their consoles has it: the app's own shortcuts rest, and the release keys are seen here, before the
 * page, so that they work when the page hangs or is in foreign hands. Pressed once they end the grab, pressed again they leave full screen.
 * A locked keyboard (navigator.keyboard.lock, which Chromium gives in full screen only) passes main by: there Chromium itself leaves full
 * screen when Esc is held, and a page that falls silent loses it.
 */
export function createKeyboardGrab({ pages, settings: first, log }: KeyboardGrabOptions): KeyboardGrab {
  let settings = first;
  const grabs = new Map<BrowserWindow, Grab>();

  /** With setIgnoreMenuShortcuts every key is the page's: Ctrl+Q, F11, and Alt for the menu bar. */
  const refresh = (window: BrowserWindow, { held }: Grab): void => {
    const { passShortcuts } = settings;
    const passes = passShortcuts === 'always' || (passShortcuts === 'full-screen' && window.isFullScreen());
    if (!window.isDestroyed()) window.webContents.setIgnoreMenuShortcuts(held && passes);
  };
  const become = (window: BrowserWindow, grab: Grab, held: boolean): void => {
    clearTimeout(grab.silence);
    grab.held = held;
    refresh(window, grab);
  };
  const release = (window: BrowserWindow, grab: Grab): void => {
    become(window, grab, false);
    grab.unanswered = true;
    pages.tell(window).keyboard.released({});
  };
  const leave = (window: BrowserWindow, grab: Grab): void => {
    if (window.isFullScreen()) window.setFullScreen(false);
    // A window that is not worked in has no pointer, and shall not get the focus by falling silent.
    if (!grab.unanswered || !window.isFocused()) return;
    // Chromium unlocks the pointer of a window that loses the focus; there is no other way that needs no page.
    window.blur();
    window.focus();
  };

  const watch = (window: BrowserWindow): void => {
    const grab: Grab = { held: false, unanswered: false, silence: undefined };
    const keys = createReleaseWatch();
    grabs.set(window, grab);
    window.webContents.on('before-input-event', (_event, input) => {
      if (input.type !== 'keyDown' && input.type !== 'keyUp') return;
      if (!keys.completes(settings.releaseKeys, changeOf(input))) return;
      if (grab.held) release(window, grab);
      else leave(window, grab);
    });
    // Another page, or none, is there now: it has nothing.
    const end = (): void => {
      grab.unanswered = false;
      become(window, grab, false);
    };
    window.webContents.on('did-navigate', end);
    window.webContents.on('render-process-gone', end);
    window.on('enter-full-screen', () => refresh(window, grab));
    window.on('leave-full-screen', () => refresh(window, grab));
    window.on('closed', () => {
      clearTimeout(grab.silence);
      grabs.delete(window);
    });
  };
  app.on('browser-window-created', (_event, window) => watch(window));

  return {
    handlers: {
      grab: async ({ held, locked }, caller) => {
        const window = pages.windowOf(caller.window);
        const grab = window === null ? undefined : grabs.get(window);
        if (window === null || grab === undefined) return;
        grab.unanswered = false;
        become(window, grab, held);
        if (!held || !locked) return;
        grab.silence = setTimeout(() => {
          log(`The page in window ${caller.window} has all keys and does not answer: it leaves full screen`);
          release(window, grab);
          leave(window, grab);
        }, STILL_HERE.lostAfterMs);
      },
    },
    apply(next) {
      settings = next;
      for (const [window, grab] of grabs) refresh(window, grab);
    },
  };
}

const changeOf = ({ type, code, control, alt, shift, meta }: Input) => ({ isDown: type === 'keyDown', code, control, alt, shift, meta });
