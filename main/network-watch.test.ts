import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { networkLookEvery, watchNetwork } from './network-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '02:00:00:00:00:01',
  internal,
  cidr: `${address}/24`,
});

test('an address that is new is told once; what goes away or leads nowhere is not', () => {
  let interfaces: Record<string, NetworkInterfaceInfo[]> = { lo: [at('127.0.0.1', true)], eth0: [at('192.0.2.1')] };
  const arrived = vi.fn();
  const stop = watchNetwork(arrived, () => interfaces);
  const look = (next: typeof interfaces): number => {
    interfaces = next;
    vi.advanceTimersByTime(networkLookEvery);
    return arrived.mock.calls.length;
  };
  expect(look(interfaces)).toBe(0);
  expect(look({})).toBe(0);
  expect(look({ wlan0: [at('198.51.100.7')] })).toBe(1);
  expect(look({ wlan0: [at('198.51.100.7')], vnet0: [at('fe80::1')] })).toBe(1);
  expect(look({ wlan0: [at('198.51.100.8')] })).toBe(2);
  stop();
  expect(look({ wlan0: [at('198.51.100.9')] })).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
});
