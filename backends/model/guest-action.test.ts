import { expect, test } from 'vitest';
import type { Guest } from './guest.ts';
import { canChangeGuest, canGuest, GuestAction } from './guest-action.ts';

const guest: Guest = {
  id: '6695eb01-f6a4-8304-79aa-97f2502e193f',
  name: 'attic',
  state: 'running',
  persistent: true,
  autostart: false,
  saved: false,
  vcpus: 1,
  memory: 1024,
};
const control: Guest = { ...guest, id: '00000000-0000-0000-0000-000000000000', name: 'Domain-0' };

test('nothing is done to the host’s own system, whatever its state permits', () => {
  expect(canGuest(guest, 'pause')).toEqual({ allowed: true });
  expect(canChangeGuest(guest)).toEqual({ allowed: true });
  const refused = { allowed: false, why: expect.stringContaining('host’s own system') };
  for (const action of GuestAction.options) expect(canGuest(control, action)).toEqual(refused);
  expect(canChangeGuest(control)).toEqual(refused);
});
