import { expect, test } from 'vitest';
import { contains, firstOf, formatIp, lastOf, overlap, parseIp, parseSubnet, plus, prefixOfNetmask, type Subnet } from './ip-address.ts';

const subnet = (text: string): Subnet => {
  const parsed = parseSubnet(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};
const spelled = (text: string) => {
  const address = parseIp(text);
  return address === null ? null : formatIp(address);
};

// RFC 5952, sections 1 and 4, and RFC 4291, section 2.2.
test.for<readonly [string, string]>([
  ['192.168.122.1', '192.168.122.1'],
  ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:DB8::', '2001:db8::'],
  ['::', '::'],
  ['::1', '::1'],
  ['10:0:0:0:0:0:0:10', '10::10'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['fd00:140::1ff', 'fd00:140::1ff'],
])('%s is spelled %s', ([text, expected]) => {
  expect(spelled(text)).toBe(expected);
});

test.for([
  '',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4.5',
  '0x7f.1',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  'fe80::1%eth0',
  '1:2:3:4:5:6:7::8',
])('“%s” is no address', (text) => {
  expect(parseIp(text)).toBeNull();
});

test('a subnet has a first and a last address, and everything between', () => {
  const lab = subnet('192.168.140.77/26');
  expect([firstOf(lab), lastOf(lab)].map(formatIp)).toEqual(['192.168.140.64', '192.168.140.127']);
  expect(contains(lab, plus(firstOf(lab), 63n))).toBe(true);
  expect(contains(lab, plus(lastOf(lab), 1n))).toBe(false);
  expect(formatIp(lastOf(subnet('fd00::1/64')))).toBe('fd00::ffff:ffff:ffff:ffff');
  expect(['10.0.0.0/33', 'fd00::/129', '10.0.0.0', 'x/8'].map(parseSubnet)).toEqual([null, null, null, null]);
});

test('subnets overlap when one is in the other, and never across families', () => {
  expect(overlap(subnet('10.0.0.0/8'), subnet('10.9.8.7/24'))).toBe(true);
  expect(overlap(subnet('10.9.8.7/24'), subnet('10.0.0.0/8'))).toBe(true);
  expect(overlap(subnet('10.9.8.0/24'), subnet('10.9.9.0/24'))).toBe(false);
  expect(overlap(subnet('0.0.0.0/0'), subnet('::/0'))).toBe(false);
});

test('a netmask is a prefix, or none', () => {
  expect(['255.255.255.0', '255.255.252.0', '0.0.0.0', '255.0.255.0', 'x'].map(prefixOfNetmask)).toEqual([24, 22, 0, null, null]);
});
