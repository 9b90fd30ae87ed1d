import { z } from 'zod';
import { HostId } from '#model/host';
import { Interruption } from '#model/interruption';
import { VolumeRef } from '#model/storage';
import { call, event } from './define.ts';

const OfOne = z.strictObject({ id: z.uuid() });

/** Operations that did not come to an end, and what they left. */
export const interruptions = {
  /** Hosts are asked what is still there. `unusable`: names of records that cannot be read, which are kept aside. */
  list: call(z.strictObject({}), z.strictObject({ operations: z.array(Interruption), unusable: z.array(z.string()) })),
  /** How many there are, without asking any host. */
  count: call(z.strictObject({}), z.number().int().nonnegative()),
  /** Main asks, naming each thing, and starts a task that removes them; null: the person said no, or there was nothing to remove. */
  cleanUp: call(OfOne, z.strictObject({ task: z.string().nullable() })),
  /** Leaves all as it is, and says no more of it. Main asks where that forgets what could be cleaned up; 'cancelled' when the person says no. */
  keep: call(OfOne, z.void()),
  /** The same for the records that cannot be read. */
  dismissUnusable: call(z.strictObject({}), z.void()),
  /** Volumes that were being filled. They are not to be used before that is settled. */
  incompleteVolumes: call(z.strictObject({ host: HostId }), z.array(VolumeRef)),
  /** All of the above may read differently now. */
  changed: event(z.strictObject({})),
};
