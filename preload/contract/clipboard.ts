import { z } from 'zod';
import { AgentChannel, CLIPBOARD_BYTES, ClipboardWays, fitsClipboard, TakesEffect } from '#model/clipboard';
import { GuestRef } from '#model/guest';
import { call, eventInPart } from './define.ts';

const OfGuest = z.strictObject({ guest: GuestRef });
const OfConsole = z.strictObject({ guest: GuestRef, console: z.string().min(1).max(64) });

/** No window may read or write the desktop's clipboard by itself: main does, for a guest that the person allowed it for. */
export const clipboard = {
  ways: call(OfGuest, ClipboardWays, 'app', 'console'),
  /** Before a way is opened main asks the person ('cancelled' when they say no); closing one needs no question. */
  allow: call(z.strictObject({ guest: GuestRef, ways: ClipboardWays }), ClipboardWays, 'app', 'console'),
  /** The desktop's text for the guest. Null: not allowed, the asking window does not have the focus, or there is no text that fits. */
  toGuest: call(OfGuest, z.string().nullable(), 'app', 'console'),
  /** Puts the guest's text on the desktop's clipboard. False: not allowed, or the asking window does not have the focus. */
  fromGuest: call(
    z.strictObject({ guest: GuestRef, text: z.string().max(CLIPBOARD_BYTES).refine(fitsClipboard, 'Too much text') }),
    z.boolean(),
    'app',
    'console',
  ),
  channel: call(OfConsole, AgentChannel, 'app', 'console'),
  addChannel: call(OfConsole, TakesEffect, 'app', 'console'),
  changed: eventInPart(z.strictObject({ guest: GuestRef, ways: ClipboardWays }), (news, own) => (own.holds(news.guest) ? news : null)),
};
