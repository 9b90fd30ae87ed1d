import { STILL_HERE } from '#contract/keyboard';
import { createReleaseWatch } from '#model/release-keys';
import { api } from '../../../api.ts';
import { keyboardSettings } from '../../../data/keyboard-settings.ts';
import { isAppShortcut } from './app-shortcuts.ts';
import { fillsScreen } from '../fills-screen.ts';
import { createKeyboardLock } from './keyboard-lock.ts';
import { createModifierWatch } from './lost-modifiers.ts';

/** Whether a console gets the window's and the desktop's own keys, as far as they can be had. */
function passesShortcuts(): boolean {
  const { passShortcuts } = keyboardSettings();
  return passShortcuts === 'always' || (passShortcuts === 'full-screen' && fillsScreen());
}

/** Past the console, which takes each key for itself, to where the window's own keys are heard. */
function giveToWindow(event: KeyboardEvent): void {
  event.stopImmediatePropagation();
  const { key, code, ctrlKey, altKey, shiftKey } = event;
  // What nobody here prevents, main's menu acts on.
  if (!document.dispatchEvent(new KeyboardEvent('keydown', { key, code, ctrlKey, altKey, shiftKey, cancelable: true })))
    event.preventDefault();
}

/**
 * Gives a console the keyboard while the focus is in `element`: main's shortcuts rest, in full screen the desktop's as well. Calls
 * `release` when the person wants it back, which this page or main noticed. Returns dispose.
 */
export function onReleaseKeys(element: HTMLElement, release: () => void): () => void {
  const over = new AbortController();
  const watch = createReleaseWatch();
  const modifiers = createModifierWatch();
  let held = false;
  let heartbeat: ReturnType<typeof setInterval> | undefined;

  const tell = (): void => void api.keyboard.grab({ held, locked: held && lock.isLocked }).catch(() => undefined);
  const lock = createKeyboardLock((isLocked) => {
    clearInterval(heartbeat);
    if (isLocked) heartbeat = setInterval(tell, STILL_HERE.everyMs);
    tell();
  });
  const become = (next: boolean): void => {
    if (next === held) return;
    held = next;
    if (!held) lock.unlock();
    tell();
  };
  const letGo = (): void => {
    if (document.pointerLockElement !== null) document.exitPointerLock();
    lock.unlock();
    release();
  };
  const onGesture = (): void => {
    if (held && passesShortcuts()) lock.lock();
  };
  const onKey = (event: KeyboardEvent): void => {
    const { code, ctrlKey: control, altKey: alt, shiftKey: shift, metaKey: meta } = event;
    const isDown = event.type === 'keydown';
    if (!event.isTrusted) return;
    if (!isDown) modifiers.released(code);
    for (const lost of isDown ? modifiers.pressed(event) : []) {
      event.target?.dispatchEvent(new KeyboardEvent('keyup', { ...lost, bubbles: true, cancelable: true }));
    }
    if (watch.completes(keyboardSettings().releaseKeys, { isDown, code, control, alt, shift, meta })) letGo();
    else if (isDown && !passesShortcuts() && isAppShortcut(event)) giveToWindow(event);
    else if (isDown) onGesture();
  };

  // Capturing: the console below takes each key for itself.
  const capture = { capture: true, signal: over.signal };
  element.addEventListener('keydown', onKey, capture);
  element.addEventListener('keyup', onKey, capture);
  // noVNC lays something over the page while a button is down: whoever has the focus was clicked.
  document.addEventListener('pointerup', onGesture, capture);
  element.addEventListener('focusin', () => become(true), { signal: over.signal });
  element.addEventListener(
    'focusout',
    ({ relatedTarget }) => {
      // The window that loses the focus keeps its element in it, and gets it back.
      if (document.hasFocus() && !(relatedTarget instanceof Node && element.contains(relatedTarget))) become(false);
    },
    { signal: over.signal },
  );
  const stopHearing = api.keyboard.released(() => {
    if (held) letGo();
  });
  become(element.contains(document.activeElement));
  return () => {
    over.abort();
    stopHearing();
    become(false);
    lock.dispose();
    clearInterval(heartbeat);
  };
}
