import { clipboard, ClipboardItem, nativeImage } from 'electron';
import type { Pages } from './attach.ts';
import type { DesktopClipboard } from './surroundings.ts';

/** The clipboard that other programs see. Of the focus it is main's own window that tells, not the page in it. */
export const createDesktopClipboard = (pages: Pages): DesktopClipboard => ({
  // Electron 25 answers at once, the current one by a promise.
  read: async () => clipboard.readText(),
  write: async (text) => clipboard.writeText(text),
  writePicture: async (png) => {
    const picture = nativeImage.createFromBuffer(Buffer.from(png));
    if (picture.isEmpty()) return false;
    // Electron 25 has this, the current one items as a page has them.
    const writeImage: unknown = Reflect.get(clipboard, 'writeImage');
    if (typeof writeImage === 'function') Reflect.apply(writeImage, clipboard, [picture]);
    else await clipboard.write([new ClipboardItem({ 'image/png': new Blob([png], { type: 'image/png' }) })]);
    return true;
  },
  isFocused: (window) => pages.windowOf(window)?.isFocused() ?? false,
});
