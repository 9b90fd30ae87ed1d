import { z } from 'zod';
import { Fault } from './fault.ts';

/** Linux: IFNAMSIZ, less its end. */
export const LinkName = z
  .string()
  .min(1)
  .max(15)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/);

/** What else puts guests on the network, or lets them reach it, where a bridge cannot be made. */
export const LanWay = z.enum(['macvtap', 'routed', 'nat', 'by-hand']);
export type LanWay = z.infer<typeof LanWay>;

/** Why it cannot be done, as a sentence, and what can. */
export const LanObstacle = z.strictObject({ why: z.string(), ways: z.array(LanWay) });
export type LanObstacle = z.infer<typeof LanObstacle>;

/** An interface of the host that could be thought to lead guests out. */
export const LanLink = z.strictObject({
  name: z.string(),
  kind: z.enum(['ethernet', 'wifi', 'vlan', 'bond', 'team']),
  /** What the host's connection on it is called. */
  profile: z.string().nullable(),
  addresses: z.array(z.string()),
  /** The way to everything else goes over it. */
  isWayOut: z.boolean(),
  obstacle: LanObstacle.nullable(),
});
export type LanLink = z.infer<typeof LanLink>;

export const LanBridge = z.strictObject({
  name: z.string(),
  ports: z.array(z.string()),
  addresses: z.array(z.string()),
  /** It was made here, for this interface, so that it can be taken away again; null: by somebody else. */
  madeFor: z.string().nullable(),
});
export type LanBridge = z.infer<typeof LanBridge>;

/** How a host comes by its network, as far as a bridge is concerned. */
export const LanOutlook = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ready'),
    /** NetworkManager's version. */
    version: z.string(),
    /** The host asks for an administrator's password at each step. */
    asks: z.boolean(),
    links: z.array(LanLink),
    bridges: z.array(LanBridge),
    /** A bridge's name that nothing has. */
    freeName: z.string(),
  }),
  z.strictObject({ kind: z.literal('unable'), obstacle: LanObstacle }),
]);
export type LanOutlook = z.infer<typeof LanOutlook>;

export const LanChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('make'),
    link: LinkName,
    bridge: LinkName,
    /** Spanning tree protocol: against loops, where several bridges are joined; ports then wait for half a minute. */
    stp: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('remove'), bridge: LinkName }),
]);
export type LanChange = z.infer<typeof LanChange>;

/** What becomes of a change, from the person's yes to its end. */
export const LanTrialState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('working'), change: LanChange, step: z.string() }),
  z.strictObject({
    kind: z.literal('deciding'),
    change: LanChange,
    /** Of the host, where it has them now. */
    addresses: z.array(z.string()),
    /** Milliseconds until the host goes back by itself. */
    left: z.number().int().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('settling'), change: LanChange }),
  z.strictObject({ kind: z.literal('kept'), change: LanChange }),
  /** As it was before. */
  z.strictObject({ kind: z.literal('back'), change: LanChange, why: z.string() }),
  z.strictObject({ kind: z.literal('failed'), change: LanChange, fault: Fault }),
]);
export type LanTrialState = z.infer<typeof LanTrialState>;

export const lanChangeTitle = (change: LanChange): string =>
  change.kind === 'make' ? `Put guests on the LAN: bridge ${change.bridge} over ${change.link}` : `Remove the bridge ${change.bridge}`;
