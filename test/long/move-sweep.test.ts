import { describeMoveSweep } from '../faults/sweep-move.ts';

describeMoveSweep([
  ['pool', 'error reply', 'all'],
  ['pool', 'cut before', 'mutations'],
  ['file', 'cut before', 'mutations'],
  ['file', 'reply lost', 'mutations'],
]);
