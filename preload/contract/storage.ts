import { z } from 'zod';
import { HostId } from '#model/host';
import { Pool, Volume } from '#model/storage';
import { call } from './define.ts';

export const storage = {
  pools: call(z.strictObject({ host: HostId }), z.array(Pool)),
  volumes: call(z.strictObject({ host: HostId, pool: z.string().min(1).max(256) }), z.array(Volume)),
};
