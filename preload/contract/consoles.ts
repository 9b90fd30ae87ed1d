import { z } from 'zod';
import { ConsoleChoices } from '#model/console-choices';
import { Fault } from '#model/fault';
import { GuestRef } from '#model/guest';
import { SpiceChannel } from '#model/guest-console';
import { call, callWithBytes, eventInPart } from './define.ts';

/** Bytes of text (UTF-8) that may be saved at once. */
export const CONSOLE_TEXT = 8 * 1024 * 1024;

/** Bytes of a picture (PNG) that may be saved or copied. */
export const CONSOLE_PICTURE = 32 * 1024 * 1024;
const Picture = z.strictObject({
  guest: GuestRef,
  png: z.instanceof(Uint8Array).refine(({ byteLength }) => byteLength <= CONSOLE_PICTURE),
});

const OfConsole = z.strictObject({ guest: GuestRef, console: z.string().min(1).max(64) });

export const consoles = {
  /**
   * Opens a console and sends this window a MessagePort for it (see preload.ts), marked with `ticket`. `force` takes a serial console
   * over from whoever has it; `channel` is the one of a SPICE console, by default the main one.
   */
  open: call(
    z.strictObject({
      guest: GuestRef,
      console: z.string().min(1).max(64),
      force: z.boolean(),
      channel: SpiceChannel.optional(),
      ticket: z.uuid(),
    }),
    z.void(),
    'app',
    'console',
  ),
  /** Saves what a serial console has shown. Main asks where to; false: the person chose no place. */
  saveText: callWithBytes(
    z.strictObject({ guest: GuestRef, text: z.string().max(CONSOLE_TEXT) }),
    z.boolean(),
    // Room for what is around the text.
    CONSOLE_TEXT + 1024,
    'app',
    'console',
  ),
  /** Saves what a screen shows, as PNG. Main asks where to; false: the person chose no place. */
  savePicture: callWithBytes(Picture, z.boolean(), CONSOLE_PICTURE + 1024, 'app', 'console'),
  /** Puts it on the desktop's clipboard: only while the asking window has the focus. */
  copyPicture: callWithBytes(Picture, z.void(), CONSOLE_PICTURE + 1024, 'app', 'console'),
  /** Whether remote-viewer is installed on this computer. */
  hasViewer: call(z.strictObject({}), z.boolean(), 'app', 'console'),
  /** Shows a display in remote-viewer, which may then have it for itself. */
  openInViewer: call(OfConsole, z.void(), 'app', 'console'),
  /** The name of a program of this computer that shows an external display; null where none is installed, or none could. */
  externalViewer: call(OfConsole, z.string().nullable(), 'app', 'console'),
  /** Shows the display in it. */
  openExternally: call(OfConsole, z.void(), 'app', 'console'),
  /** What was chosen for the guest's screens, in whichever window. */
  choices: call(z.strictObject({ guest: GuestRef }), ConsoleChoices, 'app', 'console'),
  choose: call(z.strictObject({ guest: GuestRef, choices: ConsoleChoices }), z.void(), 'app', 'console'),
  chosen: eventInPart(z.strictObject({ guest: GuestRef, choices: ConsoleChoices }), (news, own) => (own.holds(news.guest) ? news : null)),
};

/** Bytes that may be under way to the other end before it must say that it has dealt with some. */
export const CONSOLE_WINDOW = 512 * 1024;
export const CONSOLE_CHUNK = 64 * 1024;

/** What travels over a console's port, both ways. MessagePorts have no back-pressure of their own: `credit` gives bytes back. */
export const ConsoleFrame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('data'), bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= CONSOLE_CHUNK) }),
  z.strictObject({ kind: z.literal('credit'), bytes: z.number().int().min(1).max(CONSOLE_WINDOW) }),
  /** The last frame: null when it ended as it should. */
  z.strictObject({ kind: z.literal('end'), fault: Fault.nullable() }),
]);
export type ConsoleFrame = z.infer<typeof ConsoleFrame>;
