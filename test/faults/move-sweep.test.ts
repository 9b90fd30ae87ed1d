import { describeMoveSweep } from './sweep-move.ts';

// Each call that changes something, done and its answer lost; test/long has every call, and the other ways to fail.
describeMoveSweep([['pool', 'reply lost', 'mutations']]);
