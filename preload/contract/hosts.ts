import { z } from 'zod';
import { Host, HostId, HostLoad } from '#model/host';
import { call, event } from './define.ts';

const OnHost = z.strictObject({ host: HostId });

export const hosts = {
  list: call(z.strictObject({}), z.array(Host)),
  /** Tries at once, whatever the back-off says. */
  connect: call(OnHost, z.void()),
  disconnect: call(OnHost, z.void()),
  changed: event(Host),
  loaded: event(z.strictObject({ host: HostId, load: HostLoad })),
};
