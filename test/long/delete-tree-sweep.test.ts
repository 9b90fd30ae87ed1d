import { describeTreeSweep } from '../faults/sweep-tree.ts';

describeTreeSweep([
  ['error reply', 'all', 'goes on', 'off'],
  ['cut before', 'all', 'goes on', 'off'],
  ['error reply', 'mutations', 'goes on', 'running'],
  ['cut before', 'mutations', 'goes on', 'running'],
  ['never done, no reply', 'mutations', 'goes on', 'running'],
  ['done, no reply', 'mutations', 'goes on', 'running'],
  ['cut before', 'all', 'dies', 'off'],
  ['reply lost', 'mutations', 'dies', 'running'],
]);
