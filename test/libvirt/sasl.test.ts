import { afterAll, beforeAll, expect, test } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { AskLogin, LoginQuestion } from '../../backends/login.ts';
import { type Authority, makeAuthority } from '../bed/certificates.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { sessionFor, volumeRoundTrip } from './volume-round-trip.ts';

const NAME = 'anna';
const PASSWORD = 'tall "grass", größer=ja';
const SIZE = 4 * 1024 * 1024;

let authority: Authority;
/** One daemon for each list of mechanisms, since a daemon has one for all its doors. */
const daemons = new Map<string, PrivateLibvirtd>();
let pkipath: string;

beforeAll(async () => {
  authority = await makeAuthority();
  const own = await authority.issue('here', { names: ['localhost'], addresses: ['127.0.0.1'] });
  pkipath = await authority.clientFolder('files', { own });
  for (const mechanisms of ['scram-sha-512', 'scram-sha-256', 'scram-sha-1 plain', 'plain', 'digest-md5', 'gssapi anonymous']) {
    const daemon = await startPrivateLibvirtd({
      listen: { tcp: true, tls: { ca: authority.ca, ...own } },
      sasl: { mechanisms, people: { [NAME]: PASSWORD } },
      libvirtdConf: ['unix_rw', 'tls', 'tcp'].map((door) => `auth_${door} = "sasl"`).join('\n'),
    });
    daemons.set(mechanisms, daemon);
  }
});
afterAll(async () => {
  await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
  await authority.remove();
});

function daemonWith(mechanisms: string): PrivateLibvirtd {
  const daemon = daemons.get(mechanisms);
  if (daemon === undefined) throw new Error(`no daemon has ${mechanisms}`);
  return daemon;
}

const doors = {
  unix: ({ socket }: PrivateLibvirtd) => `qemu:///system?socket=${socket}`,
  tls: ({ ports }: PrivateLibvirtd) => `qemu+tls://localhost:${ports.tls}/system?pkipath=${pkipath}`,
  tcp: ({ ports }: PrivateLibvirtd) => `qemu+tcp://127.0.0.1:${ports.tcp}/system`,
};

/** Somebody who types these passwords, one after the other, and then gives up. */
function person(...passwords: string[]) {
  const asked: LoginQuestion[] = [];
  const ask: AskLogin = async (question) => {
    const password = passwords[asked.push(question) - 1];
    return password === undefined ? { kind: 'refused' } : { kind: 'credentials', name: NAME, password };
  };
  return { asked, ask };
}

test.each([
  ['scram-sha-512', 'tls'],
  ['scram-sha-256', 'tls'],
  ['scram-sha-256', 'unix'],
  ['scram-sha-1 plain', 'tls'],
  ['plain', 'tls'],
  ['plain', 'unix'],
  ['digest-md5', 'tls'],
  ['digest-md5', 'unix'],
] as const)('%s over %s: the right password lets in, a wrong one is asked for again', async (mechanisms, door) => {
  const { asked, ask } = person('wrong', PASSWORD);
  const session = await sessionFor(doors[door](daemonWith(mechanisms)), ask);
  expect(await session.call(remote.connectGetUri, {})).toEqual({ uri: 'qemu:///system' });
  expect(asked).toHaveLength(2);
  session.close();
});

test.each(['digest-md5', 'scram-sha-256'] as const)('three wrong passwords with %s are enough', async (mechanisms) => {
  const { asked, ask } = person('one', 'two', 'three', PASSWORD);
  const attempt = sessionFor(doors.tls(daemonWith(mechanisms)), ask);
  await expect(attempt).rejects.toMatchObject({ code: 'auth-failed', remedy: expect.stringContaining('saslpasswd2') });
  expect(asked).toHaveLength(3);
});

test('who gives up has cancelled; who is nobody is told that a log-in is needed', async () => {
  const uri = doors.tls(daemonWith('scram-sha-256'));
  await expect(sessionFor(uri, person().ask)).rejects.toMatchObject({ code: 'auth-cancelled' });
  await expect(connectTo(uri)).rejects.toMatchObject({ code: 'auth-needed' });
});

test('DIGEST-MD5 over TCP hides and keeps what is said: lists, uploads and downloads', async () => {
  const daemon = daemonWith('digest-md5');
  const session = await sessionFor(doors.tcp(daemon), person(PASSWORD).ask);
  expect(await session.call(remote.connectGetHostname, {})).toMatchObject({ hostname: expect.any(String) });
  expect(await volumeRoundTrip(session, daemon, SIZE)).toBe(true);
  session.close();
});

test.each(['digest-md5', 'scram-sha-256'] as const)('%s over TLS keeps what is said', async (mechanisms) => {
  const daemon = daemonWith(mechanisms);
  const session = await sessionFor(doors.tls(daemon), person(PASSWORD).ask);
  expect(await volumeRoundTrip(session, daemon, SIZE)).toBe(true);
  session.close();
});

test('a host asks once, however many connections it takes', async () => {
  const { asked, ask } = person(PASSWORD);
  const signal = new AbortController().signal;
  const host = await libvirtBackend.connect(doors.tcp(daemonWith('digest-md5')).replace('//', `//${NAME}@`), { signal, ask });
  expect(await host.listGuests()).toEqual([]);
  // Long calls go over a second connection.
  await host.storage?.provideDefaultPool();
  expect(await host.storage?.listPools()).toContainEqual(expect.objectContaining({ name: 'default' }));
  expect(asked).toEqual([{ kind: 'credentials', name: NAME, realm: null, again: false }]);
  await host.close();
});

test('Kerberos alone is not for us, and it is said what is', async () => {
  const attempt = sessionFor(doors.tls(daemonWith('gssapi anonymous')), person(PASSWORD).ask);
  await expect(attempt).rejects.toMatchObject({ code: 'unsupported', remedy: expect.stringContaining('ssh') });
});
