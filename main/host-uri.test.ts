import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostAddress, LibvirtDriver } from '#model/host-address';
import { parseLibvirtUri } from '../backends/libvirt/transport/uri.ts';
import { addressOf, canonicalUri, hostWords, placeOf, uriOf } from './host-uri.ts';

const letters = (first: string, more: string, maxLength: number) =>
  fc
    .tuple(fc.constantFrom(...Array.from(first)), fc.string({ unit: fc.constantFrom(...Array.from(more)), maxLength }))
    .map(([head, tail]) => head + tail);
const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const host = fc.oneof(letters(alphanumeric, `${alphanumeric}.-_`, 40), fc.ipV4(), fc.ipV6());
const user = letters(`${alphanumeric}_äß試`, `${alphanumeric}.-_+!&=;$äß試~\\@`, 30).filter((name) => !name.endsWith('\\'));
const port = fc.option(fc.integer({ min: 1, max: 65_535 }));
const path = fc.option(
  fc.string({ unit: fc.constantFrom(...Array.from(`/${alphanumeric} %&;=?#+@:äß試"'`)), minLength: 1, maxLength: 60 }),
);
const driver = fc.constantFrom(...LibvirtDriver.options.filter((name) => name !== 'test'));
const scope = fc.constantFrom('system' as const, 'session' as const);

const addresses: fc.Arbitrary<HostAddress> = fc.oneof(
  fc.record({ road: fc.constant('local' as const), driver, scope }),
  fc.record({ road: fc.constant('ssh' as const), driver, scope, host, user: fc.option(user), port, keyFile: path }),
  fc.record({ road: fc.constant('tls' as const), driver, host, port, certificates: path }),
  fc.record({ road: fc.constant('tcp' as const), driver, host, port }),
);

test('what a form says becomes a URI that says the same, to libvirt and back', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      expect(HostAddress.parse(address)).toEqual(address);
      const uri = uriOf(address);
      const parsed = parseLibvirtUri(uri);
      expect(parsed.transport).toBe(address.road === 'local' ? 'unix' : address.road);
      if (address.road !== 'local' && address.road !== 'uri') expect([parsed.host, parsed.port]).toEqual([address.host, address.port]);
      if (address.road === 'ssh') {
        expect([parsed.user, parsed.parameters.get('keyfile') ?? null]).toEqual([address.user, address.keyFile]);
        expect(parsed.path).toBe(`/${address.scope}`);
      }
      if (address.road === 'tls') expect(parsed.parameters.get('pkipath') ?? null).toBe(address.certificates);
      expect(addressOf(uri)).toEqual(address);
    }),
    { numRuns: 500 },
  );
});

test.each([
  [{ road: 'local', driver: 'qemu', scope: 'session' }, 'qemu:///session'],
  [{ road: 'local', driver: 'test', scope: 'session' }, 'test:///default'],
  [
    { road: 'ssh', driver: 'qemu', scope: 'system', host: '2001:db8::1', user: 'ada', port: 2222, keyFile: '/home/ada/my key' },
    'qemu+ssh://ada@[2001:db8::1]:2222/system?keyfile=%2Fhome%2Fada%2Fmy%20key',
  ],
  [
    { road: 'tls', driver: 'xen', host: 'shelf.example.org', port: null, certificates: '/etc/pki/a&b' },
    'xen+tls://shelf.example.org/system?pkipath=%2Fetc%2Fpki%2Fa%26b',
  ],
  [{ road: 'tcp', driver: 'lxc', host: '127.0.0.1', port: 16_509 }, 'lxc+tcp://127.0.0.1:16509/system'],
] satisfies [HostAddress, string][])('%j is %s', (address, uri) => expect(uriOf(address)).toBe(uri));

test.each([
  'qemu:///system?socket=/run/x',
  'qemu+ssh://shelf/system?netcat=nc',
  'qemu+libssh://shelf/system',
  'lxc:///',
  'fake://shelf/',
  'qemu+ssh://[fe80::1%25eth0]/system',
])('%s stays as it was typed: no form can say it', (uri) => expect(addressOf(uri)).toEqual({ road: 'uri', uri }));

test('the same way to the same daemon is the same, however it is written', () => {
  expect(canonicalUri('qemu://Shelf/system')).toBe(canonicalUri('qemu+tls://shelf:16514/system'));
  expect(canonicalUri('QEMU+UNIX:///system')).toBe(canonicalUri('qemu:///system'));
  expect(canonicalUri('qemu+ssh://a/system?keyfile=/k&netcat=n')).toBe(canonicalUri('qemu+ssh://a/system?netcat=n&keyfile=%2Fk'));
  for (const other of [
    'qemu+ssh://ada@a/system',
    'qemu+ssh://a:22/system',
    'qemu+ssh://a/session',
    'lxc+ssh://a/system',
    'qemu://a/system',
  ]) {
    expect(canonicalUri(other)).not.toBe(canonicalUri('qemu+ssh://a/system'));
  }
});

test('no two hosts of one name are the same in a question: not two ports, users, drivers or sessions of one machine', () => {
  const forwarded = { road: 'ssh', driver: 'qemu', scope: 'system', host: 'localhost', user: null, port: 2201, keyFile: null } as const;
  const addresses: HostAddress[] = [
    { road: 'local', driver: 'qemu', scope: 'system' },
    { road: 'local', driver: 'qemu', scope: 'session' },
    { road: 'local', driver: 'lxc', scope: 'system' },
    { road: 'uri', uri: '' },
    { road: 'uri', uri: 'qemu:///system?socket=/run/forwarded' },
    forwarded,
    { ...forwarded, port: 2202 },
    { ...forwarded, user: 'root' },
    { ...forwarded, scope: 'session' },
    { ...forwarded, driver: 'xen' },
  ];
  for (const name of ['Lab', 'This computer']) {
    expect(new Set(addresses.map((address) => hostWords({ name, address }))).size).toBe(addresses.length);
  }
  expect(hostWords({ name: 'Lab', address: forwarded })).toBe('Lab (qemu+ssh://localhost:2201/system)');
});

test('a host without a name is called by its place', () => {
  const local = { road: 'local', driver: 'qemu', scope: 'system' } as const;
  expect(placeOf(local)).toBe('This computer');
  expect(hostWords({ name: 'This computer', address: local })).toBe('This computer');
  const far = { road: 'tcp', driver: 'qemu', host: 'attic.example', port: null } as const;
  expect(hostWords({ name: 'This computer', address: far })).toBe('This computer (qemu+tcp://attic.example/system)');
  expect(placeOf({ road: 'tcp', driver: 'qemu', host: 'shelf', port: null })).toBe('shelf');
  expect(placeOf({ road: 'uri', uri: 'hail' })).toBe('hail');
  expect(placeOf({ road: 'uri', uri: '' })).not.toBe('');
  expect(placeOf({ road: 'uri', uri: 'qemu+libssh://ada@shelf/system' })).toBe('shelf');
  expect(placeOf({ road: 'uri', uri: 'qemu:///system?socket=/run/x' })).toBe('This computer');
});
