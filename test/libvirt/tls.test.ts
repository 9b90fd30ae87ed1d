import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { type Authority, type Certificate, makeAuthority } from '../bed/certificates.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, openSessionAt } from '../bed/unattended-connect.ts';
import { volumeRoundTrip } from './volume-round-trip.ts';

const HERE = { names: ['localhost'], addresses: ['127.0.0.1'] };
let ours: Authority;
let theirs: Authority;
let good: Certificate;
let own: Certificate;
let daemon: PrivateLibvirtd;
let served: { readonly certificate: string; readonly key: string };
/** Who has what a client needs. */
let pkipath: string;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([makeAuthority(), makeAuthority('Another CA')]);
  [good, own] = await Promise.all([ours.issue('good', HERE), ours.issue('person')]);
  served = { certificate: join(ours.dir, 'served.pem'), key: join(ours.dir, 'served.key') };
  await copyFile(good.key, served.key);
  await copyFile(good.certificate, served.certificate);
  pkipath = await ours.clientFolder('person-files', { own });
  daemon = await startPrivateLibvirtd({ listen: { tcp: true, tls: { ca: ours.ca, ...served } } });
});
afterAll(async () => {
  await daemon.stop();
  await Promise.all([ours.remove(), theirs.remove()]);
});

const address = (host: string, folder: string, port = daemon.ports.tls) => `test+tls://${host}:${port}/default?pkipath=${folder}`;

async function guestsOver(uri: string): Promise<string[]> {
  const host = await connectTo(uri);
  const guests = await host.listGuests();
  await host.close();
  return guests.map(({ name }) => name);
}

test.each(['localhost', '127.0.0.1'])('guests are listed over TLS, the host named %s', async (host) => {
  expect(await guestsOver(address(host, pkipath))).toEqual(['test']);
});

test('streams keep what they carry', async () => {
  const session = await openSessionAt(address('localhost', pkipath).replace(/^test(.*)default/, 'qemu$1system'));
  expect(await volumeRoundTrip(session, daemon, 16 * 1024 * 1024)).toBe(true);
  session.close();
});

// libvirtd leaves what follows a packet in the same record of TLS lying until more comes: the keepalive, 5 s later.
test('calls that are made together are answered together', async () => {
  const session = await openSessionAt(address('localhost', pkipath));
  const began = performance.now();
  await Promise.all(Array.from({ length: 40 }, () => session.call(remote.connectGetUri, {})));
  expect(performance.now() - began).toBeLessThan(2000);
  session.close();
});

const other = { names: ['elsewhere.example'], addresses: ['192.0.2.1'] };
const BAD: readonly [string, () => Promise<Certificate>, RegExp][] = [
  ['expired', () => ours.issue('expired', { ...HERE, from: -10, to: -1 }), /expired/],
  ['not valid yet', () => ours.issue('early', { ...HERE, from: 1 }), /not valid yet/],
  ['of another host', () => ours.issue('elsewhere', other), /not made out to/],
  ['of an unknown CA', () => theirs.issue('unknown', HERE), /do not trust|did not sign/],
  ['self-signed', () => ours.selfSigned('self', HERE), /vouches for itself/],
  ['made for a client', () => ours.issue('client', { ...HERE, purpose: 'client' }), /not made for a server/],
];

test.each(BAD)('W36: a certificate that is %s is refused, in words', async (_, issue, words) => {
  const bad = await issue();
  await copyFile(bad.certificate, served.certificate);
  await copyFile(bad.key, served.key);
  await daemon.crash();
  await daemon.revive();
  try {
    const refusal = await connectTo(address('localhost', pkipath)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'untrusted', message: expect.stringMatching(words), remedy: expect.any(String) });
  } finally {
    await copyFile(good.certificate, served.certificate);
    await copyFile(good.key, served.key);
    await daemon.crash();
    await daemon.revive();
  }
});

test('a certificate of another host is said to be whose it is', async () => {
  const refusal = await connectTo(address('127.0.0.2', pkipath)).catch((error: unknown) => error);
  // 127.0.0.2 is this computer too, but nothing listens there.
  expect(refusal).toMatchObject({ code: 'unreachable', message: expect.stringContaining('nothing listens') });
  const named = await connectTo(address('localhost.localdomain', pkipath)).catch((error: unknown) => error);
  // Where that name leads here, its certificate has others; where it leads nowhere, that is said.
  expect(named).toMatchObject({ code: expect.stringMatching(/^(untrusted|unreachable)$/) });
});

test('a revoked certificate is refused; one that is not on the list is not, unless the list is old', async () => {
  const [without, fresh, revoking, old] = await Promise.all([
    ours.clientFolder('crl-none', { own }),
    ours.revoke(null, 29).then((crl) => ours.clientFolder('crl-empty', { own, crl })),
    ours.revoke(good, 28).then((crl) => ours.clientFolder('crl-revoking', { own, crl })),
    ours.revoke(null, -1).then((crl) => ours.clientFolder('crl-old', { own, crl })),
  ]);
  expect(await guestsOver(address('localhost', without))).toEqual(['test']);
  expect(await guestsOver(address('localhost', fresh))).toEqual(['test']);
  await expect(connectTo(address('localhost', revoking))).rejects.toMatchObject({
    code: 'untrusted',
    message: expect.stringContaining('revoked'),
  });
  await expect(connectTo(address('localhost', old))).rejects.toMatchObject({
    code: 'untrusted',
    message: expect.stringContaining('out of date'),
  });
});

test.each([
  ['none', async () => ours.clientFolder('nobody')],
  ['one of another CA', async () => ours.clientFolder('stranger', { own: await theirs.issue('stranger') })],
  ['an expired one', async () => ours.clientFolder('late', { own: await ours.issue('late', { from: -9, to: -2 }) })],
])('who has as certificate %s is not let in, and told so', async (_, folder) => {
  const refusal = await connectTo(address('localhost', await folder())).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'auth-failed', message: expect.stringContaining('certificate'), remedy: expect.any(String) });
});

test('without the certificate of a CA nothing is connected, and it is said where it was looked for', async () => {
  const refusal = await connectTo(address('localhost', '/nowhere')).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'bad-file', reason: 'Looked for /nowhere/cacert.pem.' });
});

test.each(['no_verify=1', 'no_sanity=1'])('no address turns the checks off: %s', async (parameter) => {
  await expect(connectTo(`${address('localhost', pkipath)}&${parameter}`)).rejects.toMatchObject({ code: 'insecure' });
});

test('neither does the environment', async () => {
  const strangers = await theirs.clientFolder('trusting', { own });
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await expect(connectTo(address('localhost', strangers))).rejects.toMatchObject({ code: 'untrusted' });
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
});

test('what listens there without TLS is no host, and says so at once', async () => {
  const began = performance.now();
  const refusal = await connectTo(address('localhost', pkipath, daemon.ports.tcp)).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'unreachable', message: expect.stringContaining('TLS') });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('the end of the daemon is noticed at once, and it can be connected to again', async () => {
  const host = await connectTo(address('localhost', pkipath));
  const began = performance.now();
  await daemon.crash();
  expect(await host.closed).toMatchObject({ code: 'connection-lost' });
  expect(performance.now() - began).toBeLessThan(1000);
  await daemon.revive();
  expect(await guestsOver(address('localhost', pkipath))).toEqual(['test']);
});
