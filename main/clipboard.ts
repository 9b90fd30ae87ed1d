import { clipboard } from 'electron';
import type { Pages } from './attach.ts';
import type { DesktopClipboard } from './surroundings.ts';

/** The clipboard that other programs see. Of the focus it is main's own window that tells, not the page in it. */
export const createDesktopClipboard = (pages: Pages): DesktopClipboard => ({
  // Electron 25 answers at once, the current one by a promise.
  read: async () => clipboard.readText(),
  write: async (text) => clipboard.writeText(text),
  isFocused: (window) => pages.windowOf(window)?.isFocused() ?? false,
});
