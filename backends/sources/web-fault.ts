import { STATUS_CODES } from 'node:http';
import { BackendError } from '../errors.ts';

const CHECK = 'Check the address and your network, then try again.';
const nowhere = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EINVAL']);
// As Node takes them from OpenSSL and BoringSSL (X509_verify_cert_error_string's constants), and its own for a certificate of another name.
const untrusted = /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;

/** What became of a request for `url`, in a person's words. */
export function webFault(url: URL, error: unknown, signal?: AbortSignal): BackendError {
  if (error instanceof BackendError) return error;
  const cause = { cause: error, reason: error instanceof Error ? error.message : null };
  if (signal?.aborted === true) {
    const tooLong = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
    return tooLong ? slow(url, cause) : new BackendError('cancelled', 'Cancelled.', cause);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (nowhere.has(code)) return new BackendError('unreachable', `${url.host} cannot be reached.`, { remedy: CHECK, ...cause });
  if (code === 'ETIMEDOUT') return slow(url, cause);
  if (untrusted.test(code)) {
    return new BackendError('untrusted', `${url.host} could not prove that it is itself: its certificate is not trusted.`, {
      remedy: 'Do not go on unless you know why. A certificate authority of your own must be in the trust store of this computer.',
      ...cause,
    });
  }
  if (code.startsWith('HPE_'))
    return new BackendError('protocol', `${url.host} does not speak HTTP as it should.`, { remedy: CHECK, ...cause });
  return lost(url, cause);
}

export const lost = (url: URL, cause: { cause?: unknown; reason?: string | null } = {}): BackendError =>
  new BackendError('connection-lost', `The connection to ${url.host} broke off.`, {
    remedy: 'Try again: a download goes on where it stopped.',
    ...cause,
  });

export const slow = (url: URL, cause: { cause?: unknown; reason?: string | null } = {}): BackendError =>
  new BackendError('timeout', `${url.host} does not answer any more.`, { remedy: 'Try again later, or choose another server.', ...cause });

/** For an answer that is not what was asked for. */
export function statusFault(url: URL, status: number): BackendError {
  const reason = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (status === 404 || status === 410) {
    return new BackendError('not-found', `There is nothing at this address of ${url.host}.`, { reason, remedy: 'Check the address.' });
  }
  if (status === 407) {
    return new BackendError('auth-needed', 'The proxy wants a name and a password.', {
      reason,
      remedy: 'Put them into the proxy’s address, in https_proxy of the environment.',
    });
  }
  if (status === 401 || status === 403) {
    return new BackendError('permission', `${url.host} does not give this to everybody.`, {
      reason,
      remedy: 'Download it with your browser, then choose the file.',
    });
  }
  if (status === 429 || status >= 500) {
    return new BackendError('unreachable', `${url.host} cannot serve this now.`, {
      reason,
      remedy: 'Try again later, or choose another server.',
    });
  }
  return new BackendError('protocol', `${url.host} gave an answer that makes no sense here.`, { reason, remedy: 'Check the address.' });
}
