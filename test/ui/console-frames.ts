import type { ConsolePlace } from '#contract/windows';
import type { PlaceWindow } from '../../main/console-places.ts';

/** Of the caller that a console window is: see fakeConsoleWindows. */
export const PLACES_FROM = 1000;

const frames = new Map<number, HTMLIFrameElement>();

/** A frame in place of a window of its own. */
export function openConsoleFrame({ id }: ConsolePlace, gone: () => void): PlaceWindow {
  const frame = document.createElement('iframe');
  frame.title = `Console window ${id}`;
  frame.src = `./console.html?place=${id}`;
  frame.style.cssText = 'position: fixed; inset: auto 0 0 auto; inline-size: 720px; block-size: 520px; border: 1px solid; z-index: 10000';
  frames.set(id, frame);
  document.body.append(frame);
  return {
    show: () => frame.focus(),
    changed: () => undefined,
    close: () => {
      frames.delete(id);
      frame.remove();
      gone();
    },
  };
}

/** The page of a caller: that of a console window, or this one. */
export const pageOf = (caller: number): Window => frames.get(caller - PLACES_FROM)?.contentWindow ?? window;
