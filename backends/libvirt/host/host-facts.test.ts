import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { answer, answerBy, answeringCall } from '../../../test/fakes/answering-host.ts';
import { ErrorCode } from '../protocol/errors.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from '../rpc/libvirt-error.ts';
import { cpuModelIn, readHostFacts } from './host-facts.ts';

const sysinfo = (processors: string) => `<sysinfo type='smbios'><bios><entry name='version'>2.61</entry></bios>${processors}</sysinfo>`;

test('the processor is called what its firmware calls it', () => {
  const entry = (version: string) => `<processor><entry name='family'>Zen</entry><entry name='version'>${version}</entry></processor>`;
  expect(cpuModelIn(sysinfo(entry('AMD Ryzen 7 5800X 8-Core Processor             ')))).toBe('AMD Ryzen 7 5800X 8-Core Processor');
  expect(cpuModelIn(sysinfo(entry('One') + entry('Two')))).toBe('One');
});

test('a host that does not tell, or tells nonsense, has no model', () => {
  for (const nothing of ['', sysinfo(''), sysinfo("<processor><entry name='version'> </entry></processor>"), '<sysinfo>\u0001']) {
    expect(cpuModelIn(nothing)).toBeNull();
  }
});

const none = { dom: null, str1: null, str2: null, str3: null, int1: -1, int2: -1, net: null };
const unsupported = { code: ErrorCode.noSupport, domain: 10, message: null, level: 2, ...none };

/** What a host says of itself, with this as its name; it says no more. */
const hostCalled = (name: () => string | Promise<string>) =>
  answeringCall(
    [
      answerBy(remote.connectGetHostname, async () => ({ hostname: await name() })),
      answer(remote.connectGetType, { type: 'QEMU' }),
      answer(remote.connectGetLibVersion, { libVer: 9_000_000n }),
      answer(remote.nodeGetInfo, { model: 'x86_64', memory: 1024n, cpus: 2, mhz: 1000, nodes: 1, sockets: 1, cores: 2, threads: 1 }),
    ],
    () => new LibvirtError('call', unsupported),
  );

test('another computer is called what it calls itself, and this one is not asked', async () => {
  expect(
    await readHostFacts(
      hostCalled(() => 'attic.example.org'),
      '10.0.0.7',
    ),
  ).toMatchObject({ hostname: 'attic.example.org' });
  expect(
    await readHostFacts(
      hostCalled(() => 'attic'),
      null,
    ),
  ).toMatchObject({ hostname: hostname() });
});

test.each([
  ['cannot be believed', () => 'attic\u202e”'],
  ['is empty', () => ''],
  ['does not come', () => new Promise<string>(() => {})],
])('where its name %s, it is called by its address', async (_, name) => {
  expect(await readHostFacts(hostCalled(name), '10.0.0.7')).toMatchObject({ hostname: '10.0.0.7' });
});
