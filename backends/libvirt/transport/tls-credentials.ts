import { constants, createPrivateKey } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { BackendError } from '../../errors.ts';
import type { AskLogin } from '../../login.ts';
import type { PemFile, TlsFiles } from './tls-files.ts';

const PASSPHRASE_ATTEMPTS = 3;
// OpenSSL's SSL_OP_NO_RENEGOTIATION, which Electron's node:crypto does not name: its BoringSSL never renegotiates.
const NO_RENEGOTIATION = 0x4000_0000;

/** What a connection is made with. The person may be asked for a key's passphrase. Rejects with 'bad-file' or 'auth-cancelled'. */
export async function tlsCredentials({ ca, crl, own }: TlsFiles, ask: AskLogin, signal?: AbortSignal): Promise<SecureContext> {
  const key = own === null ? null : await unlockedKey(own.key, ask, signal);
  const build = (files: readonly PemFile[], parts: Parameters<typeof createSecureContext>[0]) => {
    try {
      return createSecureContext({ minVersion: 'TLSv1.2', secureOptions: NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION, ...parts });
    } catch (cause) {
      throw badPem(files, cause);
    }
  };
  // First each for itself, so that the one that is wrong is named.
  const trust = { ca: ca.text, ...(crl === null ? {} : { crl: crl.text }) };
  requireCertificate(ca);
  build([ca], { ca: ca.text });
  if (crl !== null) build([crl], trust);
  if (own === null || key === null) return build([ca], trust);
  return build([own.certificate, own.key], { ...trust, cert: own.certificate.text, key });
}

/** The key in the clear, for as long as the credentials live. */
export async function unlockedKey(file: PemFile, ask: AskLogin, signal: AbortSignal | undefined): Promise<string> {
  if (!/ENCRYPTED/.test(file.text)) return file.text;
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(
      { kind: 'secret', what: 'passphrase', prompt: file.path, again: attempt > 1 },
      signal ?? new AbortController().signal,
    );
    if (answer.kind !== 'secret') {
      throw new BackendError('auth-cancelled', 'Your key stayed locked.', { remedy: 'Connect again to be asked once more.' });
    }
    try {
      return createPrivateKey({ key: file.text, passphrase: answer.secret }).export({ type: 'pkcs8', format: 'pem' }).toString();
    } catch (cause) {
      if (attempt < PASSPHRASE_ATTEMPTS) continue;
      throw new BackendError('auth-failed', `That is not the passphrase of ${file.path}.`, {
        reason: reasonOf(cause),
        remedy: 'Connect again with the right one.',
        cause,
      });
    }
  }
}

/** An empty list of authorities is no error to OpenSSL. */
function requireCertificate(file: PemFile): void {
  if (!/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(file.text)) throw badPem([file], null);
}

/** Some of these files are no PEM that can be used, or do not belong together. */
export function badPem(files: readonly PemFile[], cause: unknown): BackendError {
  const mismatch = cause instanceof Error && /KEY_VALUES_MISMATCH/i.test(`${'code' in cause ? String(cause.code) : ''} ${cause.message}`);
  const names = files.map(({ path }) => path).join(' and ');
  return new BackendError('bad-file', mismatch ? `${names} do not belong together.` : `${names} cannot be used.`, {
    reason: cause === null ? 'There is no certificate in it.' : reasonOf(cause),
    remedy: 'Put the right files there, as PEM: "-----BEGIN CERTIFICATE-----" and "-----BEGIN PRIVATE KEY-----".',
    cause,
  });
}

const reasonOf = (cause: unknown): string | null => (cause instanceof Error ? cause.message : null);
