import type { Quality } from '../screen.ts';

/** RFB's numbers for how a rectangle comes, and for what else the window understands. Source: IANA, "RFB encoding types". */
export const encoding = {
  raw: 0,
  copyRect: 1,
  rre: 2,
  hextile: 5,
  zlib: 6,
  tight: 7,
  zrle: 16,
  quality0: -32,
  desktopSize: -223,
  lastRect: -224,
  cursor: -239,
  compression0: -256,
  pointerType: -257,
  extendedKeys: -258,
  leds: -261,
  desktopName: -307,
  extendedDesktopSize: -308,
  fence: -312,
  continuousUpdates: -313,
  extendedButtons: -316,
  extendedClipboard: 0xc0a1e5ce | 0,
  vmwareCursor: 0x574d5664,
} as const;

/**
 * How a picture travels: in JPEG only where it may lose something (QEMU does so only with `lossy=on`), and the more compressed the
 * slower the road. H.264, JPEG and PNG of their own are left out: QEMU sends none, and each is one more decoder for a hostile screen.
 */
const pictures: Readonly<Record<Quality, readonly number[]>> = {
  lossless: [encoding.tight, encoding.zrle, encoding.compression0 + 1],
  good: [encoding.tight, encoding.zrle, encoding.quality0 + 7, encoding.compression0 + 3],
  fast: [encoding.tight, encoding.zrle, encoding.quality0 + 2, encoding.compression0 + 9],
};

/** What the window asks for, in the order in which it would have it. */
export const wantedEncodings = (quality: Quality, clipboard: boolean): readonly number[] => [
  encoding.copyRect,
  ...pictures[quality],
  encoding.hextile,
  encoding.rre,
  encoding.zlib,
  encoding.raw,
  encoding.desktopSize,
  encoding.lastRect,
  encoding.pointerType,
  encoding.extendedKeys,
  encoding.leds,
  encoding.extendedDesktopSize,
  encoding.fence,
  encoding.continuousUpdates,
  encoding.desktopName,
  encoding.extendedButtons,
  encoding.vmwareCursor,
  encoding.cursor,
  ...(clipboard ? [encoding.extendedClipboard] : []),
];

/** Rectangles with pixels in them, which must lie inside the framebuffer. */
export const pixelEncodings: readonly number[] = [
  encoding.raw,
  encoding.copyRect,
  encoding.rre,
  encoding.hextile,
  encoding.zlib,
  encoding.tight,
  encoding.zrle,
];
