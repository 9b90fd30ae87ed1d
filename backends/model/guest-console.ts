import { z } from 'zod';

/** `name` is what the host calls it, and what consoles.open takes. */
export const GuestConsole = z.strictObject({ kind: z.enum(['vnc', 'spice', 'serial']), name: z.string(), title: z.string() });
export type GuestConsole = z.infer<typeof GuestConsole>;

/** A console that shows a picture, not text. */
export const isDisplay = ({ kind }: GuestConsole): boolean => kind !== 'serial';

/**
 * One of the connections that a SPICE console is made of. `session` is what the main channel said of itself, 0 for the main channel.
 * Source: spice-protocol, "Channel link".
 */
export const SpiceChannel = z.strictObject({
  type: z.enum(['main', 'display', 'inputs', 'cursor', 'playback']),
  id: z.number().int().min(0).max(255),
  session: z.number().int().min(0).max(0xffff_ffff),
});
export type SpiceChannel = z.infer<typeof SpiceChannel>;

export const spiceMain: SpiceChannel = { type: 'main', id: 0, session: 0 };
