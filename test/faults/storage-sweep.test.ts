import { describeStorageSweep } from './sweep-storage.ts';

describeStorageSweep([
  ['clone', 'error reply', 'all'],
  ['clone', 'cut before', 'mutations'],
  ['clone', 'reply lost', 'mutations'],
  ['volume', 'error reply', 'mutations'],
  ['volume', 'cut before', 'mutations'],
  ['volume', 'reply lost', 'mutations'],
  ['pool', 'error reply', 'all'],
  ['pool', 'cut before', 'mutations'],
  ['pool', 'reply lost', 'mutations'],
]);
