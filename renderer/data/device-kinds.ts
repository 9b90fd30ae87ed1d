import type { ObjectKind } from '#model/inventory';

/** What the page of devices lists. Pools and networks have pages of their own. */
export const deviceKinds = ['devices', 'interfaces', 'secrets', 'filters'] as const satisfies readonly ObjectKind[];
export type DeviceKind = (typeof deviceKinds)[number];
