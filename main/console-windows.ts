import { BrowserWindow } from 'electron';
import type { Caller } from '#contract/define';
import type { ConsolePlace } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { origins } from './app-protocol.ts';
import type { Pages } from './attach.ts';
import { ConsolePlaces, type PlaceWindow } from './console-places.ts';
import type { ConsoleWindows } from './surroundings.ts';
import type { FullScreen } from './full-screen.ts';
import { createPlaceHandlers } from './place-handlers.ts';
import type { Memory, Spot } from './remembered.ts';
import { backgroundColor, loadForGood, pagePreferences, visibleBounds } from './window.ts';

const DEFAULT_SIZE = { width: 1024, height: 768 };
/** Guests whose windows' places are kept. */
const REMEMBERED = 200;

interface ConsoleWindowsOptions {
  readonly pages: Pages;
  readonly memory: Memory;
  readonly fullScreen: FullScreen;
  log(line: string): void;
  /** What a person calls the guest, and on which host it is. */
  titleOf(guest: GuestRef): string;
  /** Brings the app's window to the front, made anew where it was closed, at the guest's consoles. */
  showApp(guest: GuestRef): void;
}

/** The windows that consoles are torn off into. */
export function createConsoleWindows({ pages, memory, fullScreen, log, titleOf, showApp }: ConsoleWindowsOptions): ConsoleWindows {
  const numbers = new WeakMap<BrowserWindow, number>();
  const places = new ConsolePlaces({
    open: (place) => openWindow(place),
    changed: (list) => pages.publish.windows.consolesChanged([...list]),
  });
  const placeOf = (caller: Caller): number => {
    const window = pages.windowOf(caller.window);
    return window === null ? 0 : (numbers.get(window) ?? 0);
  };

  const openWindow = (first: ConsolePlace): PlaceWindow => {
    const window = consoleWindow(recall(memory, first.current));
    let held = first;
    const entitle = (): void => window.setTitle(titleOf(held.current));
    numbers.set(window, first.id);
    pages.add(window, 'console');
    fullScreen.watch(window);
    window.on('focus', () => places.used(first.id));
    window.on('close', () => remember(memory, held.guests, window));
    window.on('closed', () => places.gone(first.id));
    loadForGood(window, origins.console, log);
    // The page says so when the guest is called something else; what it is called, main knows itself.
    window.webContents.on('page-title-updated', entitle);
    entitle();
    return {
      show: () => {
        if (window.isMinimized()) window.restore();
        window.show();
        window.focus();
      },
      changed: (place) => {
        held = place;
        entitle();
      },
      close: () => window.close(),
    };
  };

  return createPlaceHandlers({
    places,
    placeOf,
    isFullScreen: (caller) => pages.windowOf(caller.window)?.isFullScreen() === true,
    fullScreen: fullScreen.handlers,
    showApp,
  });
}

function consoleWindow(spot: Spot | null): BrowserWindow {
  const window = new BrowserWindow({
    ...(visibleBounds(spot?.bounds ?? null) ?? DEFAULT_SIZE),
    minWidth: 400,
    minHeight: 300,
    show: false,
    title: 'Console',
    backgroundColor: backgroundColor(),
    webPreferences: pagePreferences(),
  });
  // Its keys would be taken from the guest, and there is nothing in it that a console needs.
  window.removeMenu();
  window.once('ready-to-show', () => {
    if (spot?.maximized === true) window.maximize();
    window.show();
  });
  return window;
}

const keyOf = ({ host, id }: GuestRef): string => `${host}/${id}`;

const recall = (memory: Memory, guest: GuestRef): Spot | null =>
  memory.value.consoles.find((one) => one.guest === keyOf(guest))?.spot ?? null;

function remember(memory: Memory, guests: readonly GuestRef[], window: BrowserWindow): void {
  const spot = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
  const keys = guests.map(keyOf);
  const others = memory.value.consoles.filter(({ guest }) => !keys.includes(guest));
  memory.remember({ consoles: [...others, ...keys.map((guest) => ({ guest, spot }))].slice(-REMEMBERED) });
}
