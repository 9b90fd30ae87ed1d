import type { DeviceKind } from './device-kind.ts';
import { networkCard } from './devices/network-card/network-card.ts';
import { watchdog } from './devices/watchdog.ts';

/** The sorts of devices there are forms for, in the order in which they are shown. A new one is a file and a line here. */
export const deviceKinds: readonly DeviceKind[] = [networkCard, watchdog];
