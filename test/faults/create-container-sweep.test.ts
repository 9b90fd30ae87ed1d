import { describeContainerSweep } from './sweep-container.ts';

// An answer that never comes although it was done ends as one that was lost; test/long tries both, and each call.
describeContainerSweep([
  ['error reply', 'mutations'],
  ['cut before', 'mutations'],
  ['reply lost', 'mutations'],
  ['never done, no reply', 'mutations'],
]);
