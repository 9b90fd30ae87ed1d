import type { MachinePart } from '../device-kind.ts';
import { boot } from './boot.ts';
import { clock } from './clock.ts';
import { emulatorArguments } from './emulator-arguments.ts';
import { hostGroup } from './host-group.ts';
import { memory } from './memory.ts';
import { overview } from './overview.ts';
import { placement } from './placement.ts';
import { platformFeatures } from './platform-features.ts';
import { powerEvents } from './power-events.ts';
import { processors } from './processors.ts';
import { security } from './security.ts';
import { systemInformation } from './system-information.ts';
import { threeD } from './three-d/three-d.ts';

/** The parts of every machine, in the order in which they are shown. A new one is a file and a line here. */
export const machineParts: readonly MachinePart[] = [
  overview,
  boot,
  processors,
  memory,
  placement,
  clock,
  platformFeatures,
  powerEvents,
  security,
  threeD,
  systemInformation,
  emulatorArguments,
  hostGroup,
];
