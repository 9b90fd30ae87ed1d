import { BackendError } from '../../errors.ts';
import { addressText, type TcpAddress, tcpFault } from './tcp.ts';

/** What is wrong with a host's certificate, by the codes of OpenSSL's verification (X509_V_ERR_…) and of node:tls. */
const DISTRUST: ReadonlyMap<string, readonly [what: string, remedy: string]> = new Map([
  ['CERT_HAS_EXPIRED', ['has expired', 'Have a new one made for the host. Look at this computer’s date too.']],
  ['CERT_NOT_YET_VALID', ['is not valid yet', 'Look at the date of this computer and of the one that made the certificate.']],
  ['CERT_REVOKED', ['was revoked by its authority', 'Do not connect before its administrator has told you why, and has a new one.']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['vouches for itself: no authority (CA) that you trust has signed it', unknownAuthority()]],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['was signed by an authority (CA) that you do not trust', unknownAuthority()]],
  ['UNABLE_TO_GET_ISSUER_CERT', ['was signed by an authority (CA) that you do not trust', unknownAuthority()]],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['was signed by an authority (CA) that you do not trust', unknownAuthority()]],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['was signed by an authority (CA) that you do not trust', unknownAuthority()]],
  ['CERT_SIGNATURE_FAILURE', ['claims an authority (CA) that did not sign it', unknownAuthority()]],
  ['CERT_UNTRUSTED', ['was signed by an authority (CA) that you do not trust', unknownAuthority()]],
  ['INVALID_CA', ['was signed by a certificate that is no authority', unknownAuthority()]],
  ['INVALID_PURPOSE', ['was not made for a server', 'Have one made for the host, with “tls_www_server”.']],
  ['CRL_HAS_EXPIRED', ['cannot be checked: the list of revoked certificates is out of date', 'Get the CA’s new list (cacrl.pem).']],
  ['CRL_NOT_YET_VALID', ['cannot be checked: the list of revoked certificates is of the future', 'Look at this computer’s date.']],
  [
    'UNABLE_TO_GET_CRL',
    ['cannot be checked: the list of revoked certificates is of another authority', 'Get the CA’s own list (cacrl.pem).'],
  ],
  ['CERT_CHAIN_TOO_LONG', ['has too many authorities above it', 'Have a simpler one made for the host.']],
]);

function unknownAuthority(): string {
  return 'If the host is the right one, copy the certificate of its CA to where you have yours (cacert.pem). Else somebody is in between.';
}

/** How far a connection had come when it failed: `secured` is after the handshake, before the daemon said that it takes us. */
export type TlsPhase = 'handshake' | 'secured';

/** Why a host that can be reached is not talked to over TLS. `error` null: it closed the connection. */
export function tlsFault(address: TcpAddress, phase: TlsPhase, error: NodeJS.ErrnoException | null): BackendError {
  const code = error?.code ?? '';
  const details = { reason: error?.message ?? null, cause: error };
  const distrust = DISTRUST.get(code);
  if (distrust !== undefined) {
    const [what, remedy] = distrust;
    return new BackendError('untrusted', `The certificate of ${address.host} ${what}.`, { ...details, remedy });
  }
  if (error !== null && code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(address, error);
  if (phase === 'secured' || /ALERT.*(?:CERTIFICATE|CERT|ACCESS_DENIED|UNKNOWN_CA|DECRYPT_ERROR)/.test(code)) {
    return new BackendError('auth-failed', `${address.host} does not let you in with your certificate.`, {
      ...details,
      reason: details.reason ?? 'It ended the connection after it had seen the certificate, or none.',
      remedy:
        'It wants a client certificate that its own CA has signed, and may list whom it lets in (tls_allowed_dn_list). ' +
        'Put it into ~/.pki/libvirt: clientcert.pem and clientkey.pem.',
    });
  }
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code)) {
    return new BackendError('insecure', `${address.host} only speaks a version of TLS that is not safe any more.`, {
      ...details,
      remedy: 'Update the host: TLS 1.2 is the least.',
    });
  }
  if (error === null || code === 'ECONNRESET' || code === 'EPIPE' || code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new BackendError('unreachable', `What answers at ${addressText(address)} does not speak TLS as libvirt does.`, {
      ...details,
      reason: details.reason ?? 'It ended the connection.',
      remedy: 'Look at the port: 16514 is libvirt’s for TLS.',
    });
  }
  return tcpFault(address, error);
}

/** Nothing was heard in time. */
export function tlsSilence(address: TcpAddress, phase: TlsPhase): BackendError {
  return new BackendError('unreachable', `${addressText(address)} takes connections, and then says nothing.`, {
    reason:
      phase === 'secured' ? 'The handshake of TLS was made; libvirt’s greeting never came.' : 'The handshake of TLS was not finished.',
    remedy: 'Look whether libvirt’s daemon still works on the host.',
  });
}

/** Something is said inside TLS that is no libvirt. */
export function noLibvirt(address: TcpAddress): BackendError {
  return new BackendError('protocol', `What answers at ${addressText(address)} is no libvirt daemon.`, {
    reason: 'Its first byte inside TLS is not libvirt’s.',
    remedy: 'Look at the port: 16514 is libvirt’s for TLS.',
  });
}

function wrongName({ host }: TcpAddress, error: Error): BackendError {
  const certificate: unknown = 'cert' in error ? error.cert : null;
  const names = namesOf(certificate);
  return new BackendError('untrusted', `The certificate is not made out to ${host}.`, {
    reason: names === '' ? 'It has no names at all.' : `It is made out to ${names}.`,
    remedy: 'Use the name that the certificate has as the host’s address, or have one made for this name. Else it is another host.',
    cause: error,
  });
}

function namesOf(certificate: unknown): string {
  if (typeof certificate !== 'object' || certificate === null) return '';
  if ('subjectaltname' in certificate && typeof certificate.subjectaltname === 'string') {
    return certificate.subjectaltname.replaceAll(/\b(?:DNS|IP Address|URI):/g, '');
  }
  const subject: unknown = 'subject' in certificate ? certificate.subject : null;
  return typeof subject === 'object' && subject !== null && 'CN' in subject && typeof subject.CN === 'string' ? subject.CN : '';
}
