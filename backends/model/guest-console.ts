import { z } from 'zod';

const common = {
  /** What the host calls it, and what consoles.open takes. */
  name: z.string(),
  title: z.string(),
};

/** Where another program finds a display: a remote desktop at "host:port", or one that is handed over by libvirt itself. */
export const ExternalPlace = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rdp'), at: z.string().max(300) }),
  z.strictObject({ kind: z.literal('attach'), address: z.string().max(4096), guest: z.string().max(4096) }),
]);
export type ExternalPlace = z.infer<typeof ExternalPlace>;

export const GuestConsole = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['vnc', 'spice', 'serial']), ...common }),
  /** A display that only other programs show; it cannot be opened here. */
  z.strictObject({
    kind: z.literal('external'),
    ...common,
    /** Why, and what to do about it. */
    why: z.string(),
    remedy: z.string(),
    /** A command that shows it, on this computer or, where that says so, on the host. */
    command: z.string().nullable(),
    /** What a program of this computer must be told to show it; null where none can. */
    opens: ExternalPlace.nullable(),
  }),
]);
export type GuestConsole = z.infer<typeof GuestConsole>;
export type ExternalDisplay = Extract<GuestConsole, { kind: 'external' }>;
type Display = GuestConsole & { readonly kind: 'vnc' | 'spice' };

/** A console that shows a picture here, not text. */
export const isDisplay = (console: GuestConsole): console is Display => console.kind === 'vnc' || console.kind === 'spice';

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
