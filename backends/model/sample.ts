import { z } from 'zod';
import { GuestId } from './guest.ts';
import { Bytes, Instant } from './quantity.ts';

/** What statistics are of. Each costs a host something for each of its guests, so only those are read that somebody looks at. */
export const Measure = z.enum(['cpu', 'memory', 'disk', 'network']);
export type Measure = z.infer<typeof Measure>;
export const allMeasures: ReadonlySet<Measure> = new Set(Measure.options);

/** Counters as a host reports them: they only grow while the guest runs, and start again at zero with it. Null: not asked for, or not counted by the host. */
export const GuestCounters = z.strictObject({
  id: GuestId,
  /** CPU time used by the guest, nanoseconds. */
  cpuTime: z.number().nonnegative().nullable(),
  vcpus: z.number().int().nonnegative().nullable(),
  memoryUsed: Bytes.nullable(),
  memory: Bytes.nullable(),
  diskRead: z.number().nonnegative().nullable(),
  diskWritten: z.number().nonnegative().nullable(),
  netReceived: z.number().nonnegative().nullable(),
  netSent: z.number().nonnegative().nullable(),
});
export type GuestCounters = z.infer<typeof GuestCounters>;

/** What a guest did between two readings of its counters; null where nobody looked, or the host does not count. */
export const GuestSample = z.strictObject({
  id: GuestId,
  at: Instant,
  /** Share of the guest's own vCPUs, 0 to 1. */
  cpu: z.number().min(0).max(1).nullable(),
  memoryUsed: Bytes.nullable(),
  memory: Bytes.nullable(),
  /** Bytes a second. */
  diskRead: z.number().nonnegative().nullable(),
  diskWrite: z.number().nonnegative().nullable(),
  netReceive: z.number().nonnegative().nullable(),
  netSend: z.number().nonnegative().nullable(),
});
export type GuestSample = z.infer<typeof GuestSample>;

/**
 * The rates between two readings taken `elapsed` milliseconds apart; null when the guest was started anew in between. What was counted in
 * only one of the two has no rate.
 */
export function sampleBetween(before: GuestCounters, after: GuestCounters, elapsed: number, at: number): GuestSample | null {
  if (elapsed <= 0 || restarted(before, after)) return null;
  const rate = (from: number | null, to: number | null) =>
    from === null || to === null ? null : Math.max(0, ((to - from) * 1000) / elapsed);
  const busy = rate(before.cpuTime, after.cpuTime);
  return {
    id: after.id,
    at,
    cpu: busy === null ? null : Math.min(1, busy / (1e9 * Math.max(1, after.vcpus ?? 1))),
    memoryUsed: after.memoryUsed,
    memory: after.memory,
    diskRead: rate(before.diskRead, after.diskRead),
    diskWrite: rate(before.diskWritten, after.diskWritten),
    netReceive: rate(before.netReceived, after.netReceived),
    netSend: rate(before.netSent, after.netSent),
  };
}

const restarted = (before: GuestCounters, after: GuestCounters) =>
  before.cpuTime !== null && after.cpuTime !== null && after.cpuTime < before.cpuTime;
