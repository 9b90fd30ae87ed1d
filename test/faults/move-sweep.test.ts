import { describeMoveSweep } from './sweep-move.ts';

// Each call that changes something; test/long has every call, and the other ways to fail.
describeMoveSweep([
  ['pool', 'reply lost', 'mutations'],
  ['file', 'error reply', 'mutations'],
]);
