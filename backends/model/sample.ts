import { z } from 'zod';
import { GuestId } from './guest.ts';
import { Bytes, Instant } from './quantity.ts';

/** Counters as a host reports them: they only grow while the guest runs, and start again at zero with it. */
export const GuestCounters = z.strictObject({
  id: GuestId,
  /** CPU time used by the guest, nanoseconds. */
  cpuTime: z.number().nonnegative(),
  vcpus: z.number().int().nonnegative(),
  memoryUsed: Bytes,
  memory: Bytes,
  diskRead: z.number().nonnegative(),
  diskWritten: z.number().nonnegative(),
  netReceived: z.number().nonnegative(),
  netSent: z.number().nonnegative(),
});
export type GuestCounters = z.infer<typeof GuestCounters>;

/** What a guest did between two readings of its counters. */
export const GuestSample = z.strictObject({
  id: GuestId,
  at: Instant,
  /** Share of the guest's own vCPUs, 0 to 1. */
  cpu: z.number().min(0).max(1),
  memoryUsed: Bytes,
  memory: Bytes,
  /** Bytes a second. */
  diskRead: z.number().nonnegative(),
  diskWrite: z.number().nonnegative(),
  netReceive: z.number().nonnegative(),
  netSend: z.number().nonnegative(),
});
export type GuestSample = z.infer<typeof GuestSample>;

/** The rates between two readings taken `elapsed` milliseconds apart; null when the guest was started anew in between. */
export function sampleBetween(before: GuestCounters, after: GuestCounters, elapsed: number, at: number): GuestSample | null {
  if (elapsed <= 0 || after.cpuTime < before.cpuTime) return null;
  const rate = (from: number, to: number) => Math.max(0, ((to - from) * 1000) / elapsed);
  const capacity = elapsed * 1e6 * Math.max(1, after.vcpus);
  return {
    id: after.id,
    at,
    cpu: Math.min(1, (after.cpuTime - before.cpuTime) / capacity),
    memoryUsed: after.memoryUsed,
    memory: after.memory,
    diskRead: rate(before.diskRead, after.diskRead),
    diskWrite: rate(before.diskWritten, after.diskWritten),
    netReceive: rate(before.netReceived, after.netReceived),
    netSend: rate(before.netSent, after.netSent),
  };
}
