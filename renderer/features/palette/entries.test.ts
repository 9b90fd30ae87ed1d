import { expect, test } from 'vitest';
import type { GuestState } from '#model/guest';
import type { Host } from '#model/host';
import type { PlacedGuest } from '../../data/queries.ts';
import { findEntries } from './entries.ts';

const host: Host = {
  id: 'here',
  name: 'This computer',
  uri: 'fake://here',
  address: { road: 'uri', uri: 'fake://here' },
  autoconnect: true,
  readOnly: false,
  state: {
    kind: 'connected',
    since: 0,
    abilities: {
      change: true,
      createGuests: true,
      storage: true,
      networks: false,
      graphicalConsole: true,
      serialConsole: true,
      screenshots: true,
      statistics: true,
      managedSave: true,
      reset: true,
      inventory: [],
      guestInventory: [],
    },
    facts: {
      hostname: 'here',
      hypervisor: 'fake',
      hypervisorVersion: null,
      daemonVersion: null,
      arch: 'x86_64',
      cpus: 4,
      cpuModel: null,
      memory: 1024,
    },
  },
};
const row = (name: string, state: GuestState): PlacedGuest => ({
  host: 'here',
  lostAt: null,
  guest: {
    id: `00000000-0000-4000-8000-${name.length.toString().padStart(12, '0')}`,
    name,
    state,
    persistent: true,
    autostart: false,
    saved: false,
    vcpus: 1,
    memory: 1024,
  },
});
const rows = [row('web-1', 'running'), row('web-22', 'shut-off'), row('mail', 'running')];
const titles = (text: string) => findEntries(text, [host], rows).map((entry) => entry.title);

test('pages by name or host, only those that the host has', () => {
  expect(titles('this comp')).toEqual([
    'Guests',
    'Screens',
    'Create guest',
    'Storage',
    'Start order',
    'Host',
    'Disconnect',
    'Edit connection',
    'Remove connection…',
  ]);
  expect(titles('netw')).toEqual([]);
});

test('a name finds the guests', () => {
  expect(titles('web')).toEqual(['web-1', 'web-22']);
});

test('an action is offered where the state permits it', () => {
  expect(titles('start web')).toEqual(['Start web-22']);
  expect(titles('mail shut down')).toEqual(['Shut down mail']);
  expect(titles('pau')).toEqual(['Pause web-1', 'Pause mail']);
});

test('a console by a few letters', () => {
  expect(titles('cons mail')).toEqual(['Console of mail']);
});

test('the pools of a host are pages, by their names', () => {
  const pools = new Map([['here', ['default', 'isos/old']]]);
  const found = findEntries('storage iso', [host], [], pools);
  expect(found.map(({ title, detail, does }) => [title, detail, does])).toEqual([
    ['Storage: isos/old', 'This computer', { kind: 'go', to: '/hosts/here/storage/isos%252Fold' }],
  ]);
});
