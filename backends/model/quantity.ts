import { z } from 'zod';

/** Bytes. Memory and disks stay far below 2^53 (8 PiB), so a number is exact. */
export const Bytes = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** A time on the host's or this computer's clock, in milliseconds since 1970. */
export const Instant = z.number().int().nonnegative();
export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;
