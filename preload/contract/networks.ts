import { z } from 'zod';
import { HostId } from '#model/host';
import { Network } from '#model/network';
import { call } from './define.ts';

export const networks = {
  list: call(z.strictObject({ host: HostId }), z.array(Network)),
};
