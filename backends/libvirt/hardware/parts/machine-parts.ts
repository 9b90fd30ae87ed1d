import type { MachinePart } from '../device-kind.ts';
import { boot } from './boot.ts';
import { memory } from './memory.ts';
import { overview } from './overview.ts';
import { placement } from './placement.ts';
import { processors } from './processors.ts';

/** The parts of every machine, in the order in which they are shown. A new one is a file and a line here. */
export const machineParts: readonly MachinePart[] = [overview, boot, processors, memory, placement];
