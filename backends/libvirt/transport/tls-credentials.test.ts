import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AskLogin, LoginQuestion } from '../../login.ts';
import { nobodyToAsk } from '../../login.ts';
import { tlsCredentials } from './tls-credentials.ts';

// Valid for a hundred years from 2026; its key is gone.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUcyHpvTyWyd/mMN80ny6FeRgps7wwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjIxMTU2MjBaGA8yMTI2MTAyOTExNTYy
MFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABECo
msQZk42okv+JhVPi8IztlHLRl0gKeNPWDscmxCNE37fbvys3YA8VOHDz+x10XDFQ
rwCm9GKz/O3tkMZw58mjUzBRMB0GA1UdDgQWBBRbuDd4ngZeah1FHECVmn3p7KHM
ATAfBgNVHSMEGDAWgBRbuDd4ngZeah1FHECVmn3p7KHMATAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQC11Iq5JbTJrmbjR8YygAaR4PyAsdmDMkHK
QsI6RAdM/QIhAOumNbV2RUCEGXuuH+PNikj3MXTA2srSxpm3mC+gS7Ja
-----END CERTIFICATE-----
`;
const ca = { path: '/ca.pem', text: CERTIFICATE };
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }).toString();
const own = (key: string) => ({ certificate: { path: '/cert.pem', text: CERTIFICATE }, key: { path: '/key.pem', text: key } });

function person(...secrets: string[]) {
  const asked: LoginQuestion[] = [];
  const ask: AskLogin = async (question) => {
    const secret = secrets[asked.push(question) - 1];
    return secret === undefined ? { kind: 'refused' } : { kind: 'secret', secret };
  };
  return { asked, ask };
}

test('a CA alone makes credentials without a question', async () => {
  await expect(tlsCredentials({ ca, crl: null, own: null }, nobodyToAsk)).resolves.toBeDefined();
});

test('a locked key is asked for, and a wrong passphrase asked again', async () => {
  const { asked, ask } = person('wrong', 'open sesame');
  // The key opens, and is then seen not to be the certificate's.
  await expect(tlsCredentials({ ca, crl: null, own: own(locked) }, ask)).rejects.toMatchObject({
    code: 'bad-file',
    message: '/cert.pem and /key.pem do not belong together.',
  });
  expect(asked).toEqual([false, true].map((again) => ({ kind: 'secret', what: 'passphrase', prompt: '/key.pem', again })));
});

test.each([
  ['three wrong ones', ['a', 'b', 'c', 'open sesame'], 'auth-failed'],
  ['none', [], 'auth-cancelled'],
] as const)('%s end the attempt', async (_, secrets, code) => {
  const { asked, ask } = person(...secrets);
  await expect(tlsCredentials({ ca, crl: null, own: own(locked) }, ask)).rejects.toMatchObject({ code });
  expect(asked.length).toBeLessThanOrEqual(3);
});

test('nobody to ask is nobody to ask', async () => {
  await expect(tlsCredentials({ ca, crl: null, own: own(locked) }, nobodyToAsk)).rejects.toMatchObject({ code: 'auth-needed' });
});

test('the file that is wrong is named', async () => {
  const rubbish = (path: string) => ({ path, text: 'rubbish' });
  await expect(tlsCredentials({ ca: rubbish('/ca.pem'), crl: null, own: null }, nobodyToAsk)).rejects.toMatchObject({
    code: 'bad-file',
    message: '/ca.pem cannot be used.',
  });
  await expect(tlsCredentials({ ca, crl: rubbish('/crl.pem'), own: null }, nobodyToAsk)).rejects.toMatchObject({
    message: '/crl.pem cannot be used.',
  });
  await expect(tlsCredentials({ ca, crl: null, own: own('rubbish') }, nobodyToAsk)).rejects.toMatchObject({
    message: '/cert.pem and /key.pem cannot be used.',
  });
});
