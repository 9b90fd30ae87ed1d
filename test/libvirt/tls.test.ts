import { afterAll, beforeAll, expect, test } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { type Authority, type Certificate, makeAuthority } from '../bed/certificates.ts';
import { startTlsHost, TLS_HOST, type TlsHost } from '../bed/tls-host.ts';
import { connectTo, openSessionAt } from '../bed/unattended-connect.ts';
import { volumeRoundTrip } from './volume-round-trip.ts';

const HERE = TLS_HOST;
let host: TlsHost;
let ours: Authority;
let theirs: Authority;
let own: Certificate;

beforeAll(async () => {
  [host, theirs] = await Promise.all([startTlsHost({ listen: { tcp: true } }), makeAuthority('Another CA')]);
  ours = host.authority;
  own = await ours.issue('another person');
});
afterAll(async () => {
  await host.stop();
  await theirs.remove();
});

/** With the folder of a client. */
const address = (pkipath = host.pkipath) => host.uri({ pkipath, driver: 'test' });

async function guestsOver(uri: string): Promise<string[]> {
  const connection = await connectTo(uri);
  const guests = await connection.listGuests();
  await connection.close();
  return guests.map(({ name }) => name);
}

test.each(['localhost', '127.0.0.1'])('guests are listed over TLS, the host named %s', async (name) => {
  expect(await guestsOver(host.uri({ host: name, driver: 'test' }))).toEqual(['test']);
});

test('streams keep what they carry', async () => {
  const session = await openSessionAt(host.uri());
  expect(await volumeRoundTrip(session, host.daemon, 16 * 1024 * 1024)).toBe(true);
  session.close();
});

// libvirtd leaves what follows a packet in the same record of TLS lying until more comes: the keepalive, 5 s later.
test('calls that are made together are answered together', async () => {
  const session = await openSessionAt(address());
  const began = performance.now();
  await Promise.all(Array.from({ length: 40 }, () => session.call(remote.connectGetUri, {})));
  expect(performance.now() - began).toBeLessThan(4000);
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
  await host.present(await issue());
  try {
    const refusal = await connectTo(address()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'untrusted', message: expect.stringMatching(words), remedy: expect.any(String) });
  } finally {
    await host.present(host.certificate);
  }
});

test('a certificate of another host is said to be whose it is', async () => {
  await host.present(await ours.issue('elsewhere-too', other));
  try {
    await expect(connectTo(address())).rejects.toMatchObject({ reason: 'It is made out to elsewhere.example, 192.0.2.1.' });
  } finally {
    await host.present(host.certificate);
  }
});

test('a revoked certificate is refused; one that is not on the list is not, unless the list is old', async () => {
  const [without, fresh, revoking, old] = await Promise.all([
    ours.clientFolder('crl-none', { own }),
    ours.revoke(null, 29).then((crl) => ours.clientFolder('crl-empty', { own, crl })),
    ours.revoke(host.certificate, 28).then((crl) => ours.clientFolder('crl-revoking', { own, crl })),
    ours.revoke(null, -1).then((crl) => ours.clientFolder('crl-old', { own, crl })),
  ]);
  expect(await guestsOver(address(without))).toEqual(['test']);
  expect(await guestsOver(address(fresh))).toEqual(['test']);
  await expect(connectTo(address(revoking))).rejects.toMatchObject({
    code: 'untrusted',
    message: expect.stringContaining('revoked'),
  });
  await expect(connectTo(address(old))).rejects.toMatchObject({
    code: 'untrusted',
    message: expect.stringContaining('out of date'),
  });
});

test.each([
  ['none', async () => ours.clientFolder('nobody')],
  ['one of another CA', async () => ours.clientFolder('stranger', { own: await theirs.issue('stranger') })],
  ['an expired one', async () => ours.clientFolder('late', { own: await ours.issue('late', { from: -9, to: -2 }) })],
])('who has as certificate %s is not let in, and told so', async (_, folder) => {
  const refusal = await connectTo(address(await folder())).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'auth-failed', message: expect.stringContaining('certificate'), remedy: expect.any(String) });
});

test('without the certificate of a CA nothing is connected, and it is said where it was looked for', async () => {
  const refusal = await connectTo(address('/nowhere')).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'bad-file', reason: 'Looked for /nowhere/cacert.pem.' });
});

test.each(['no_verify=1', 'no_sanity=1'])('no address turns the checks off: %s', async (parameter) => {
  await expect(connectTo(`${address()}&${parameter}`)).rejects.toMatchObject({ code: 'insecure' });
});

test('neither does the environment', async () => {
  const strangers = await theirs.clientFolder('trusting', { own });
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await expect(connectTo(address(strangers))).rejects.toMatchObject({ code: 'untrusted' });
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
});

test('what listens there without TLS is no host, and says so at once', async () => {
  const began = performance.now();
  const refusal = await connectTo(address().replace(String(host.daemon.ports.tls), String(host.daemon.ports.tcp))).catch(
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: 'unreachable', message: expect.stringContaining('TLS') });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('the end of the daemon is noticed at once, and it can be connected to again', async () => {
  const connection = await connectTo(address());
  const began = performance.now();
  await host.daemon.crash();
  expect(await connection.closed).toMatchObject({ code: 'connection-lost' });
  expect(performance.now() - began).toBeLessThan(8000);
  await host.daemon.revive();
  expect(await guestsOver(address())).toEqual(['test']);
});
