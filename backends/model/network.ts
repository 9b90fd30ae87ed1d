import { z } from 'zod';

export const Network = z.strictObject({
  name: z.string(),
  active: z.boolean(),
  autostart: z.boolean(),
  persistent: z.boolean(),
  bridge: z.string().nullable(),
  forward: z.enum(['nat', 'route', 'open', 'bridge', 'isolated', 'other']),
});
export type Network = z.infer<typeof Network>;
