import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beginFullScreen } from '../fills-screen.ts';
import { createKeyboardLock } from './keyboard-lock.ts';

vi.mock('../../../api.ts', () => ({ api: { windows: { fullScreenChanged: () => undefined, fullScreen: async () => undefined } } }));

/** What Chromium is here: a page that fills the screen a moment after it asked, and keys that it then may lock. */
interface Browser {
  fill: () => void;
  fullscreenElement: object | null;
  hasKeys: boolean;
}
const browser: Browser = { fill: () => undefined, fullscreenElement: null, hasKeys: false };
const changed = vi.fn<(isLocked: boolean) => void>();
const turn = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  const filled = new Promise<void>((resolve) => (browser.fill = resolve));
  browser.fullscreenElement = null;
  browser.hasKeys = false;
  changed.mockClear();
  const documentElement = {
    requestFullscreen: async () => {
      await filled;
      browser.fullscreenElement = documentElement;
    },
  };
  vi.stubGlobal('document', {
    documentElement,
    get fullscreenElement() {
      return browser.fullscreenElement;
    },
    exitFullscreen: async () => {
      browser.fullscreenElement = null;
    },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  vi.stubGlobal('navigator', {
    userActivation: { isActive: true },
    keyboard: {
      lock: async () => {
        browser.hasKeys = true;
      },
      unlock: () => {
        browser.hasKeys = false;
      },
    },
  });
  beginFullScreen(true);
});
afterEach(() => {
  beginFullScreen(false);
  vi.unstubAllGlobals();
});

test('a window that filled its screen when its page was loaded locks the keyboard, and gives it back', async () => {
  const lock = createKeyboardLock(changed);
  lock.lock();
  browser.fill();
  await vi.waitFor(() => expect(lock.isLocked).toBe(true));
  expect(browser.hasKeys).toBe(true);
  lock.unlock();
  expect([lock.isLocked, browser.hasKeys, browser.fullscreenElement]).toEqual([false, false, null]);
  expect(changed.mock.calls).toEqual([[true], [false]]);
});

test('a keyboard that is given back before it was had is not had afterwards', async () => {
  const lock = createKeyboardLock(changed);
  lock.lock();
  lock.unlock();
  browser.fill();
  await turn();
  expect([lock.isLocked, browser.hasKeys, browser.fullscreenElement]).toEqual([false, false, null]);
  expect(changed).not.toHaveBeenCalled();
});

test('a window that does not fill its screen leaves the desktop its keys', async () => {
  beginFullScreen(false);
  const lock = createKeyboardLock(changed);
  lock.lock();
  browser.fill();
  await turn();
  expect([lock.isLocked, browser.hasKeys, browser.fullscreenElement]).toEqual([false, false, null]);
});
