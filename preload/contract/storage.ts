import { z } from 'zod';
import { HostId } from '#model/host';
import { Pool, PoolProposal, Volume } from '#model/storage';
import { call } from './define.ts';

export const storage = {
  pools: call(z.strictObject({ host: HostId }), z.array(Pool)),
  volumes: call(z.strictObject({ host: HostId, pool: z.string().min(1).max(256) }), z.array(Volume)),
  /** What `provideDefaultPool` would do, to be shown before it is asked for; null: the default pool is there. */
  proposeDefaultPool: call(z.strictObject({ host: HostId }), PoolProposal.nullable()),
  provideDefaultPool: call(z.strictObject({ host: HostId }), z.void()),
};
