import type { DeviceKind, MachinePart } from './device-kind.ts';
import { watchdog } from './devices/watchdog.ts';

/** The parts of every machine, in the order in which they are shown. */
export const machineParts: readonly MachinePart[] = [];

/** The sorts of devices there are forms for, in the order in which they are shown. A new one is a file and a line here. */
export const deviceKinds: readonly DeviceKind[] = [watchdog];
