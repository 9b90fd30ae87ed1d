import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { AskLogin } from '../../login.ts';
import type { Surroundings } from './local-socket.ts';
import { badPem, unlockedKey } from './tls-credentials.ts';
import { readDisplayPair } from './tls-files.ts';

/**
 * For TLS with a display at the end of a private road. That road has proven the host already, and the host's own listeners are at its end: so no
 * authority is asked for, which few people have for displays. What displays may ask for (vnc_tls_x509_verify) is who the person is. Rejects
 * with 'bad-file', 'permission' or 'auth-cancelled'.
 */
export async function privateDisplayCredentials(surroundings: Surroundings, ask: AskLogin, signal?: AbortSignal): Promise<SecureContext> {
  const own = await readDisplayPair(surroundings);
  const least = { minVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_COMPRESSION } as const;
  if (own === null) return createSecureContext(least);
  const key = await unlockedKey(own.key, ask, signal);
  try {
    return createSecureContext({ ...least, cert: own.certificate.text, key });
  } catch (cause) {
    throw badPem([own.certificate, own.key], cause);
  }
}
