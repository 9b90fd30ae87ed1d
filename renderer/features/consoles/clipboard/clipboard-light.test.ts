import { expect, test } from 'vitest';
import { clipboardLight, lightInWords } from './clipboard-light.ts';

const both = { toGuest: true, fromGuest: true };
const present = { kind: 'present' } as const;

test.each([
  ['nothing is allowed', { ways: { toGuest: false, fromGuest: false }, peer: 'ready', channel: present, console: 'vnc' }, 'off', 'off'],
  ['all is there', { ways: both, peer: 'ready', channel: present, console: 'vnc' }, 'working', 'shared both ways'],
  [
    'one way is allowed',
    { ways: { ...both, toGuest: false }, peer: 'ready', channel: present, console: 'vnc' },
    'working',
    'from the guest',
  ],
  ['nothing was heard yet', { ways: both, peer: 'unknown', channel: present, console: 'vnc' }, 'waiting', 'waiting for the guest'],
  [
    'SPICE says that no agent is there',
    { ways: both, peer: 'absent', channel: present, console: 'spice' },
    'no-agent',
    'no agent in the guest',
  ],
  [
    'the definition lacks the channel',
    { ways: both, peer: 'ready', channel: { kind: 'missing', addable: 'now' }, console: 'vnc' },
    'no-channel',
    'no channel for the agent',
  ],
  [
    'SPICE’s agent answers all the same',
    { ways: both, peer: 'ready', channel: undefined, console: 'spice' },
    'working',
    'shared both ways',
  ],
  [
    'the host is too old',
    { ways: both, peer: 'unknown', channel: { kind: 'impossible', why: 'Old' }, console: 'vnc' },
    'impossible',
    'not possible here',
  ],
] as const)('%s', (_what, known, kind, words) => {
  const light = clipboardLight(known);
  expect(light.kind).toBe(kind);
  expect(lightInWords(light, known.ways)).toBe(words);
});
