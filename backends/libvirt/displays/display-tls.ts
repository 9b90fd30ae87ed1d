import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type SecureContext } from 'node:tls';
import { BackendError } from '../../errors.ts';
import { tlsFault } from '../transport/tls-fault.ts';

export interface DisplayTls {
  readonly credentials: () => Promise<SecureContext>;
  /** Whom the certificate must be made out to; null where the road has proven the host already. */
  readonly host: string | null;
}

/** TLS inside `stream`. Rejects with BackendError: 'untrusted', 'auth-failed', 'insecure' … */
export async function startTls(stream: Duplex, { credentials, host }: DisplayTls): Promise<Duplex> {
  const secureContext = await credentials();
  const [name = ''] = (host ?? '').split('%');
  const secured = connect({
    socket: stream,
    secureContext,
    rejectUnauthorized: host !== null,
    ...(host === null ? {} : { host: name, ...(isIP(name) === 0 ? { servername: name } : {}) }),
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error | null) => {
      settle();
      secured.on('error', () => undefined).destroy();
      reject(faultOf(host, error));
    };
    const ended = () => fail(null);
    const settle = () => secured.off('secureConnect', done).off('error', fail).off('close', ended);
    const done = () => {
      settle();
      resolve(secured);
    };
    secured.on('secureConnect', done).on('error', fail).on('close', ended);
  });
}

function faultOf(host: string | null, error: Error | null): BackendError {
  const { code, message, reason, remedy } = tlsFault({ host: host ?? 'the display', port: 0 }, 'handshake', error);
  // What is not about certificates is told of libvirt's own port there.
  if (code === 'untrusted' || code === 'insecure') return new BackendError(code, message, { reason, remedy, cause: error });
  if (code === 'auth-failed') {
    return new BackendError(code, 'The display does not let you in with your certificate.', {
      reason,
      remedy: 'It wants one that its own CA has signed: put it into ~/.pki/libvirt-vnc, as clientcert.pem and private/clientkey.pem.',
      cause: error,
    });
  }
  return new BackendError('protocol', 'The display does not speak TLS, though it should.', {
    reason: reason ?? 'It ended the connection.',
    remedy: 'Look at the certificates of its host: /etc/pki/libvirt-vnc and /etc/pki/libvirt-spice, or what qemu.conf names.',
    cause: error,
  });
}
