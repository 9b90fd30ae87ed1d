import { z } from 'zod';
import { GuestRef } from '#model/guest';
import { HostId } from '#model/host';
import { HostDevice } from '#model/host-device';
import { GuestObjectKind, HostObject, ObjectKind } from '#model/inventory';
import { call } from './define.ts';

/** Kinds that a host does not have are not in its abilities (`inventory`), and answer 'unsupported'. */
export const inventory = {
  list: call(z.strictObject({ host: HostId, kind: ObjectKind }), z.array(HostObject)),
  /** Where the abilities have 'devices'. */
  hardware: call(z.strictObject({ host: HostId }), z.array(HostDevice)),
  ofGuest: call(z.strictObject({ guest: GuestRef, kind: GuestObjectKind }), z.array(HostObject)),
};
