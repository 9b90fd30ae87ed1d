import { describeTreeSweep } from './sweep-tree.ts';

// Each call that changes something, done and its answer lost; test/long has every call, the other ways to fail, and the app's own death.
describeTreeSweep([['reply lost', 'mutations', 'goes on', 'running']]);
