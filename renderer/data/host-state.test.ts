import { expect, test } from 'vitest';
import type { FaultCode } from '#model/fault';
import type { HostState } from '#model/host';
import { hostWord, nextStep } from './host-state.ts';

const failed = (code: FaultCode, retryAt: number | null): HostState => ({
  kind: 'failed',
  fault: { code, message: 'No.', reason: null, remedy: null },
  retryAt,
});

test('a host that is tried again says when, and never that it is late', () => {
  expect(hostWord(failed('unreachable', 13_000), 1000).word).toBe('Waiting 12 s');
  expect(hostWord(failed('unreachable', 13_000), 12_999).word).toBe('Waiting 1 s');
  expect(hostWord(failed('unreachable', 13_000), 20_000).word).toBe('Waiting 1 s');
});

test('the word and the step belong together', () => {
  const told = (state: HostState) => [hostWord(state, 0).word, nextStep(state)?.label];
  expect(told({ kind: 'disconnected' })).toEqual(['Not connected', 'Connect']);
  expect(told({ kind: 'connecting' })).toEqual(['Connecting…', 'Cancel']);
  expect(told(failed('auth-needed', null))).toEqual(['Log in needed', 'Log in']);
  expect(told(failed('permission', null))).toEqual(['Failed', 'Retry']);
  expect(told(failed('connection-lost', 2000))).toEqual(['Waiting 2 s', 'Retry now']);
});
