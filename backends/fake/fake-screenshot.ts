import { isDisplay } from '#model/guest-console';
import type { GuestPicture } from '#model/guest-picture';
import { BackendError } from '../errors.ts';
import type { FakeGuest } from './fake-guest.ts';
import { Picture } from './picture.ts';

/** A PPM, the one of the two kinds that the window has to decode itself. */
export function fakeScreenshot(guest: FakeGuest): GuestPicture {
  if (!guest.details().consoles.some(isDisplay)) {
    throw new BackendError('unsupported', 'This guest has no screen to take a picture of.');
  }
  if (!guest.alive) throw new BackendError('invalid-state', 'Only a running guest has a picture.', { remedy: 'Start the guest.' });
  const picture = new Picture();
  for (const letter of guest.guest.name) picture.press(letter.charCodeAt(0));
  const pixels = picture.pixels(picture.whole(), { bigEndian: true, red: 24, green: 16, blue: 8 });
  const header = new TextEncoder().encode(`P6\n${Picture.width} ${Picture.height}\n255\n`);
  const bytes = new Uint8Array(header.length + (pixels.length / 4) * 3);
  bytes.set(header);
  for (let from = 0, to = header.length; from < pixels.length; from += 4, to += 3) bytes.set(pixels.subarray(from, from + 3), to);
  return { mime: 'image/x-portable-pixmap', bytes };
}
