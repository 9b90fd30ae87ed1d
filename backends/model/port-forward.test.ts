import { expect, test } from 'vitest';
import { forwardable, forwardLines, usualBackend } from './port-forward.ts';

const forward = { protocol: 'tcp', hostPort: 8080, address: '192.168.122.10', guestPort: 80, bridge: 'virbr0' } as const;

test.each([
  ['9.0.0', 'iptables'],
  ['10.3.9', 'iptables'],
  ['10.4.0', 'nftables'],
  ['11.3.0', 'nftables'],
  [null, 'nftables'],
] as const)('libvirt %s writes with %s', (version, backend) => {
  expect(usualBackend(version)).toBe(backend);
});

test('what is taken back is what was made, rule by rule or as a table of its own', () => {
  const { make, undo } = forwardLines(forward, 'iptables');
  expect(make).toContain('--dport 8080 -m addrtype --dst-type LOCAL -j DNAT --to-destination 192.168.122.10:80');
  expect(undo).toBe(make.replaceAll(' -I ', ' -D '));
  const nft = forwardLines({ ...forward, protocol: 'udp' }, 'nftables');
  expect(nft.make).toContain('udp dport 8080 dnat to 192.168.122.10:80');
  expect(nft.undo).toMatch(/^sudo nft delete table ip guest_port_udp_8080$/m);
  expect(nft.make).toContain('comment "guest_port_udp_8080"');
  expect(nft.undo).toMatch(/comment "guest_port_udp_8080".* delete rule ip libvirt_network guest_input handle$/m);
});

test.each([
  ['virbr0', '192.168.122.10', true],
  [null, '192.168.122.10', false],
  ['$(reboot)', '192.168.122.10', false],
  ['virbr0', '192.168.122.10; reboot', false],
  ['virbr0', 'fd00::1', false],
])('on %s at %s: a port can be forwarded, %s', (bridge, address, can) => {
  expect(forwardable(bridge, address) !== null).toBe(can);
});
