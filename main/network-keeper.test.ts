import { expect, test } from 'vitest';
import type { NicAttachment, NicAttachments } from '#model/network';
import { losersOf } from './network-keeper.ts';

const nic = (guestName: string, name: string, active: boolean): NicAttachment => ({
  guest: '00000000-0000-4000-8000-000000000001',
  guestName,
  mac: '52:54:00:00:00:01',
  model: null,
  source: { kind: 'network', name, portGroup: null },
  active,
  target: null,
});
const all: NicAttachments = {
  nics: [nic('runs', 'lab', true), nic('runs', 'lab', true), nic('off', 'lab', false), nic('elsewhere', 'default', true)],
  unread: 0,
};

test('by stopping, those lose who run there; by deletion, all who name it; each once', () => {
  expect(losersOf({ name: 'lab' }, 'stop', all)).toEqual(['“runs”']);
  expect(losersOf({ name: 'lab' }, 'delete', all)).toEqual(['“runs”', '“off”']);
  expect(losersOf({ name: 'nobody’s' }, 'delete', all)).toEqual([]);
});

test('guests that could not be looked into are no reason to be quiet', () => {
  expect(losersOf({ name: 'nobody’s' }, 'stop', { ...all, unread: 3 })).toEqual(['perhaps some of 3 guests that could not be looked into']);
});
