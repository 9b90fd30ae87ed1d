import { describeStorageSweep } from '../faults/sweep-storage.ts';

// Making a LUKS volume takes seconds each time; cutting every read of the others takes minutes.
describeStorageSweep([
  ['encrypted volume', 'error reply', 'mutations'],
  ['encrypted volume', 'cut before', 'mutations'],
  ['encrypted volume', 'reply lost', 'mutations'],
  ['clone', 'cut before', 'all'],
  ['volume', 'error reply', 'all'],
  ['volume', 'cut before', 'all'],
  ['pool', 'cut before', 'all'],
]);
