import type { GuestRef } from '#model/guest';
import { pictureSize } from '#model/guest-picture';
import { BackendError } from '../backends/errors.ts';
import type { Registry } from './registry.ts';
import type { DesktopClipboard, DiskFiles } from './surroundings.ts';
import { fileNameFor } from './volume-mover.ts';

interface ConsolePicture {
  readonly guest: GuestRef;
  readonly png: Uint8Array<ArrayBuffer>;
}

/** Saves what a window shows of a guest's screen where the person says. False: they chose no place. Throws BackendError. */
export async function saveConsolePicture(
  registry: Registry,
  files: DiskFiles,
  window: number,
  { guest, png }: ConsolePicture,
): Promise<boolean> {
  const { name } = registry.guest(guest);
  checkPng(png);
  const target = await files.chooseSave(window, `${fileNameFor(name)}.png`);
  if (target === null) return false;
  await files.save(target, png);
  return true;
}

/** Puts it on the desktop's clipboard, for the window that the person works in only. Throws BackendError. */
export async function copyConsolePicture(desktop: DesktopClipboard, window: number, png: Uint8Array<ArrayBuffer>): Promise<void> {
  checkPng(png);
  if (!desktop.isFocused(window)) {
    throw new BackendError('permission', 'The picture was not copied.', {
      reason: 'The window does not have the focus.',
      remedy: 'Click into the window and copy it again.',
    });
  }
  if (!(await desktop.writePicture(png))) throw notAPicture();
}

/** A whole PNG of a bearable size and nothing after it: what a page sends becomes a file of the person's. Throws 'bad-input'. */
export function checkPng(bytes: Uint8Array<ArrayBuffer>): void {
  if (pictureSize({ mime: 'image/png', bytes }) === null || !endsWithItself(bytes)) throw notAPicture();
}

/** PNG, 5.3: chunks of length, type, data and checksum, from IHDR to IEND. */
function endsWithItself(bytes: Uint8Array<ArrayBuffer>): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const IEND = 0x49454e44;
  for (let at = 8; at + 12 <= bytes.length;) {
    const next = at + 12 + view.getUint32(at);
    if (view.getUint32(at + 4) === IEND) return next === bytes.length;
    at = next;
  }
  return false;
}

const notAPicture = (): BackendError => new BackendError('bad-input', 'The window sent something that is no picture.');
