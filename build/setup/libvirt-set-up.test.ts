import { expect, test } from 'vitest';
import { defaultNetworkXml } from './default-network.mjs';
import { kvmNodeCommands } from './kvm-node.mjs';
import { daemonCommands } from './libvirt-daemon.mjs';

const monolithic = (name: string) => name === 'libvirtd' || name === 'virtlogd';
const modular = (name: string) => ['virtqemud', 'virtnetworkd', 'virtlogd'].includes(name);
const off = { running: false, logging: false };

test('without systemd the daemons are started themselves, virtlogd first', () => {
  expect(daemonCommands({ ...off, systemd: false, has: monolithic })).toEqual([
    ['virtlogd', '--daemon'],
    ['libvirtd', '--daemon'],
  ]);
});

test('with systemd their sockets are started, and nothing is enabled', () => {
  expect(daemonCommands({ ...off, systemd: true, has: modular })).toEqual([
    ['systemctl', 'start', 'virtlogd.socket', 'virtqemud.socket', 'virtnetworkd.socket'],
  ]);
});

test('only what does not run is started', () => {
  expect(daemonCommands({ running: true, logging: false, systemd: false, has: monolithic })).toEqual([['virtlogd', '--daemon']]);
  expect(daemonCommands({ running: false, logging: true, systemd: false, has: monolithic })).toEqual([['libvirtd', '--daemon']]);
});

test('/dev/kvm gets the owner and mode of the family', () => {
  expect(kvmNodeCommands('debian', true)).toEqual([
    ['chgrp', 'kvm', '/dev/kvm'],
    ['chmod', '0660', '/dev/kvm'],
  ]);
  expect(kvmNodeCommands('fedora', true)).toEqual([['chmod', '0666', '/dev/kvm']]);
  expect(kvmNodeCommands(undefined, false)).toEqual([['chmod', '0666', '/dev/kvm']]);
});

test('the default network avoids a range that this computer is in already', () => {
  expect(defaultNetworkXml(['10.0.0.1'])).toContain("<ip address='192.168.122.1'");
  const nested = defaultNetworkXml(['192.168.122.45', '192.168.123.1', '192.168.12.4']);
  expect(nested).toContain("<ip address='192.168.124.1'");
  expect(nested).toContain("<range start='192.168.124.2' end='192.168.124.254'/>");
});
