import { expect, test } from 'vitest';
import type { Host } from '#model/host';
import { FakeHost, fakeAbilities } from '../backends/fake/fake-host.ts';
import { newGuestPath } from './menu-paths.ts';

const host = (id: string, isConnected: boolean): Host => ({
  id,
  name: id,
  uri: `fake://${id}/`,
  address: { road: 'uri', uri: `fake://${id}/` },
  autoconnect: true,
  readOnly: false,
  state: isConnected
    ? { kind: 'connected', since: 0, abilities: fakeAbilities, facts: new FakeHost(id, [], 0).facts }
    : { kind: 'disconnected' },
});
const hosts = [host('off', false), host('on', true), host('also-on', true)];

test.each([
  ['app://bundle/#/hosts/also-on/storage', hosts, '/hosts/also-on/create'],
  ['app://bundle/#/hosts/off', hosts, '/hosts/off/create'],
  ['app://bundle/#/', hosts, '/hosts/on/create'],
  ['app://bundle/#/hosts/add', hosts, '/hosts/on/create'],
  ['app://bundle/#/', hosts.slice(0, 1), '/hosts/off/create'],
  ['app://bundle/#/', [], '/hosts/add'],
])('New guest at %s with %# hosts leads to its host', (url, known, path) => expect(newGuestPath(url, known)).toBe(path));
