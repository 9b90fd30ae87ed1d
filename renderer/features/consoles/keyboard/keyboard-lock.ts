import { api } from '../../../api.ts';
import { fillsScreen, onFillsScreen } from '../fills-screen.ts';

onFillsScreen(() => {
  if (!fillsScreen()) leave();
});

/** What the page did itself, over the window that already fills the screen; the window stays as it is. */
function leave(): void {
  navigator.keyboard?.unlock();
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
}

export interface KeyboardLock {
  readonly isLocked: boolean;
  /** Takes every key of the desktop, where the window fills the screen and a press or a click was just made. Else nothing changes. */
  lock(): void;
  unlock(): void;
  dispose(): void;
}

/**
 * Has Alt+Tab, Super and the like reach the page. Chromium gives them only to a page that fills the screen of its own will
 * (https://wicg.github.io/keyboard-lock/), and takes them back when Esc is held. `changed` is told of both.
 */
export function createKeyboardLock(changed: (isLocked: boolean) => void): KeyboardLock {
  let isLocked = false;
  let isAsking = false;
  let isWanted = false;
  const become = (next: boolean): void => {
    if (next === isLocked) return;
    isLocked = next;
    changed(next);
  };
  const ask = async (keyboard: KeyboardApi): Promise<void> => {
    if (document.fullscreenElement === null) await document.documentElement.requestFullscreen({ navigationUI: 'hide' });
    if (isWanted) await keyboard.lock();
    // Given back while Chromium was still at it: nobody would give it back again.
    if (isWanted) become(document.fullscreenElement !== null);
    else leave();
  };
  const onChange = (): void => {
    if (document.fullscreenElement !== null || !isLocked) return;
    become(false);
    // Esc was held: the person wants out of all of it.
    void api.windows.fullScreen({ on: false, monitor: null });
  };
  document.addEventListener('fullscreenchange', onChange);
  return {
    get isLocked() {
      return isLocked;
    },
    lock() {
      const { keyboard } = navigator;
      if (!fillsScreen() || isLocked || isAsking || keyboard === undefined || !navigator.userActivation.isActive) return;
      isAsking = true;
      isWanted = true;
      ask(keyboard)
        // Refused: the desktop keeps its keys, which is how it was.
        .catch(() => undefined)
        .finally(() => {
          isAsking = false;
        });
    },
    unlock() {
      isWanted = false;
      become(false);
      leave();
    },
    dispose() {
      document.removeEventListener('fullscreenchange', onChange);
      this.unlock();
    },
  };
}
