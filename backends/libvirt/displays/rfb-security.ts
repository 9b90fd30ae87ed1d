import { BackendError } from '../../errors.ts';

/** RFC 6143, 7.1.2, and what is registered besides (IANA, "RFB Security Types"). */
export const SecurityType = { none: 1, vnc: 2, vencrypt: 19, sasl: 20 } as const;

/** VeNCrypt's kinds with a certificate. */
export const X509 = { none: 260, vnc: 261 } as const;

const NAMES: ReadonlyMap<number, string> = new Map([
  [5, 'RSA-AES'],
  [16, 'Tight'],
  [18, 'TLS without a certificate'],
  [19, 'VeNCrypt'],
  [20, 'SASL'],
  [30, 'Apple’s own'],
]);

const { none, vnc, vencrypt } = SecurityType;

/**
 * The way to go, of those that a display offers. On a private road that is the least work, since nobody else is on it; on an open one only TLS
 * with a certificate. Throws 'unsupported' or 'insecure'.
 */
export function chooseSecurity(offered: readonly number[], certified: boolean): number {
  const type = (certified ? [vencrypt] : [none, vnc, vencrypt]).find((each) => offered.includes(each));
  if (type !== undefined) return type;
  const names = [...new Set(offered)].map(
    (each) => NAMES.get(each) ?? (each === none || each === vnc ? 'no encryption' : `number ${each}`),
  );
  const reason = `It offers ${names.slice(0, 8).join(', ')}.`;
  if (certified && (offered.includes(none) || offered.includes(vnc))) {
    throw new BackendError('insecure', 'Everybody on the network could watch this display, and type into it.', {
      reason,
      remedy: 'Connect to the host by ssh: then its displays come through the same encrypted connection. Or give them TLS (vnc_tls).',
    });
  }
  throw new BackendError('unsupported', 'This display lets people in only in ways that Guesthouse does not know.', {
    reason,
    remedy: 'On its host, take vnc_sasl out of qemu.conf, and start the guest anew.',
  });
}
