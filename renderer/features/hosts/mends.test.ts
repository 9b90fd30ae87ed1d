import { expect, test } from 'vitest';
import type { FaultCode } from '#model/fault';
import { emptyDraft, type ConnectionKind } from './connection-draft.ts';
import { mendsFor } from './mends.ts';

const labels = (code: FaultCode, kind: ConnectionKind, driver = emptyDraft.driver) =>
  mendsFor({ code }, { ...emptyDraft, kind, driver }).map(({ label }) => label);

test('who looks only already is not told to', () => {
  const draft = { ...emptyDraft, readOnly: true };
  expect(mendsFor({ code: 'permission' }, draft).map(({ label }) => label)).toEqual(['Use your own session instead']);
});

test('each failure has the mend that its road knows', () => {
  expect(labels('permission', 'system')).toEqual(['Only look', 'Use your own session instead']);
  expect(labels('permission', 'system', 'lxc')).toEqual(['Only look']);
  expect(labels('daemon-missing', 'system')).toEqual(['Use your own session instead']);
  expect(labels('permission', 'ssh')).toEqual([]);
  expect(labels('auth-failed', 'ssh')).toEqual(['Choose a key…']);
  expect(labels('untrusted', 'ssh')).toEqual([]);
  expect(labels('untrusted', 'tls')).toEqual(['Choose a folder with certificates…']);
  expect(labels('bad-token', 'tls')).toEqual(['Choose a folder with certificates…']);
  expect(labels('insecure', 'tcp')).toEqual(['Use ssh instead', 'Use TLS instead']);
  expect(labels('unreachable', 'ssh')).toEqual([]);
});
