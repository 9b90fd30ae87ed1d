import { describeContainerSweep } from '../faults/sweep-container.ts';

describeContainerSweep([
  ['error reply', 'all'],
  ['cut before', 'all'],
  ['done, no reply', 'mutations'],
]);
