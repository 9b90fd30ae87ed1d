import { BackendError } from '../../../errors.ts';
import type { AskLogin } from '../../../login.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { remote } from '../../protocol/remote.ts';
import type { Route } from '../../transport/route.ts';
import { LibvirtError } from '../libvirt-error.ts';
import type { Session } from '../session.ts';
import { digestMd5 } from './digest-md5.ts';
import type { KnownLogin } from './known-login.ts';
import type { Conversation, Credentials } from './mechanism.ts';
import { plain } from './plain.ts';
import { scram } from './scram.ts';
import type { SecurityLayer } from './security-layer.ts';

const ATTEMPTS = 3;
const STEPS_MAX = 10;
const NOTHING = Buffer.alloc(0);

export interface SaslOptions {
  readonly signal: AbortSignal | undefined;
  readonly ask: AskLogin;
  readonly privacy: Route['privacy'];
  /** The name that the host has on its road; null for this computer. */
  readonly host: string | null;
  readonly known: KnownLogin;
  /** Wraps everything after the log-in. */
  secure(layer: SecurityLayer): void;
}

interface Mechanism {
  readonly name: string;
  /** Whether it may be used on a road that everybody can read: only where it hides what follows. */
  readonly hides: boolean;
  /** Whether the other side learns the password by it: only for one that is certainly the host. */
  readonly tells: boolean;
  begin(credentials: Credentials, options: SaslOptions): Conversation;
}

/** The best first. PLAIN is before DIGEST-MD5, since it is only used where nobody else can read or answer: MD5 protects a password badly. */
const MECHANISMS: readonly Mechanism[] = [
  { name: 'SCRAM-SHA-512', hides: false, tells: false, begin: (credentials) => scram('sha512', credentials) },
  { name: 'SCRAM-SHA-256', hides: false, tells: false, begin: (credentials) => scram('sha256', credentials) },
  { name: 'SCRAM-SHA-1', hides: false, tells: false, begin: (credentials) => scram('sha1', credentials) },
  { name: 'PLAIN', hides: false, tells: true, begin: plain },
  {
    name: 'DIGEST-MD5',
    hides: true,
    tells: false,
    begin: (credentials, { host, privacy }) =>
      digestMd5(credentials, { service: `libvirt/${host ?? 'localhost'}`, secrecy: privacy === 'plain' }),
  },
];

/** Logs in by SASL, with what is known or the person says. Rejects with BackendError, or LibvirtError for what the daemon has against it. */
export async function logIn(session: Session, options: SaslOptions): Promise<void> {
  let mechanism = choose(await offersOf(session, options), options);
  let again = false;
  for (let attempt = 1; ; attempt++) {
    const fresh = options.known.accepted === null;
    const credentials = options.known.accepted ?? (await askForCredentials(options, again));
    try {
      const layer = await converse(session, mechanism, mechanism.begin(credentials, options), options.signal);
      if (layer !== null) options.secure(layer);
      options.known.accepted = credentials;
      return;
    } catch (error) {
      if (!(error instanceof LibvirtError) || error.code !== ErrorCode.authFailed) throw error;
      options.known.accepted = null;
      if (fresh && attempt >= ATTEMPTS) throw refused(error);
    }
    // The daemon has forgotten the attempt, and begins anew.
    mechanism = choose(await offersOf(session, options), options);
    again = true;
  }
}

/** A daemon whose every mechanism is too weak for the road says so by refusing a log-in that nobody has tried yet. */
async function offersOf(session: Session, { signal, privacy }: SaslOptions): Promise<readonly string[]> {
  try {
    const { mechlist } = await session.call(remote.authSaslInit, {}, limits(signal));
    return mechlist.split(/[\s,]+/).filter(Boolean);
  } catch (error) {
    if (!(error instanceof LibvirtError) || error.code !== ErrorCode.authFailed) throw error;
    const where = privacy === 'encrypted' ? 'here' : 'over a connection without TLS';
    throw new BackendError('unsupported', `The host offers no way to log in ${where}.`, {
      reason: error.text || null,
      remedy: 'Connect by ssh or TLS, or ask its administrator to look at mech_list in /etc/sasl2/libvirt.conf there.',
      cause: error,
    });
  }
}

function choose(offered: readonly string[], { privacy, host }: Pick<SaslOptions, 'privacy' | 'host'>): Mechanism {
  const known = MECHANISMS.filter(({ name }) => offered.some((offer) => offer.toUpperCase() === name));
  // Any program of this computer may listen at a port of it, and say that it is the daemon.
  const certain = privacy === 'encrypted' || host === null;
  const usable = known.find(({ hides, tells }) => (hides || privacy !== 'plain') && (certain || !tells));
  if (usable !== undefined) return usable;
  const reason = `It offers ${offered.join(', ') || 'nothing'}.`;
  if (known.length > 0 && privacy !== 'plain') {
    throw new BackendError('insecure', 'Whatever listens at this port would learn your password.', {
      reason,
      remedy: 'Connect by ssh or TLS.',
    });
  }
  if (known.length > 0) {
    throw new BackendError('insecure', 'Over plain TCP, everybody on the network could read what is said to this host.', {
      reason,
      remedy: 'Connect by ssh or TLS.',
    });
  }
  const kerberos = offered.some((offer) => /^(GSSAPI|GSS-SPNEGO|GS2-KRB5)/i.test(offer));
  throw new BackendError(
    'unsupported',
    kerberos
      ? 'The host wants a Kerberos ticket (GSSAPI), which Guesthouse cannot give it.'
      : 'The host offers no way to log in with a password that Guesthouse knows.',
    { reason, remedy: 'Connect by ssh, or ask its administrator to put "mech_list: scram-sha-256" into /etc/sasl2/libvirt.conf there.' },
  );
}

async function converse(
  session: Session,
  { name: mech }: Mechanism,
  conversation: Conversation,
  signal: AbortSignal | undefined,
): Promise<SecurityLayer | null> {
  let mine = await conversation.next(NOTHING);
  let reply = await session.call(remote.authSaslStart, { mech, ...packed(mine.value) }, limits(signal));
  for (let step = 0; step < STEPS_MAX; step++) {
    if (mine.done !== true) mine = await conversation.next(reply.data);
    if (reply.complete !== 0) {
      if (mine.done === true) return mine.value;
      throw new BackendError(
        'untrusted',
        'The host let us in without proving that it knows the password: it may be another one than it says.',
        {
          remedy: 'Do not connect before its administrator has looked at it.',
        },
      );
    }
    reply = await session.call(remote.authSaslStep, packed(mine.done === true ? null : mine.value), limits(signal));
  }
  throw new BackendError('protocol', `The host’s log-in does not come to an end (${mech}).`);
}

const packed = (data: Uint8Array | null | SecurityLayer) => (data instanceof Uint8Array ? { nil: 0, data } : { nil: 1, data: NOTHING });

async function askForCredentials({ ask, signal, known }: SaslOptions, again: boolean): Promise<Credentials> {
  const question = { kind: 'credentials', name: known.suggestion, realm: null, again } as const;
  const answer = await ask(question, signal ?? new AbortController().signal);
  if (answer.kind === 'credentials') return { name: answer.name, password: answer.password };
  throw new BackendError('auth-cancelled', 'You did not log in.', { remedy: 'Connect again to be asked once more.' });
}

const refused = (cause: LibvirtError) =>
  new BackendError('auth-failed', 'The host does not know this name with this password.', {
    reason: cause.text || null,
    remedy:
      'Connect again with the right ones. They are those of libvirt’s own list on the host ("saslpasswd2 -a libvirt"), not of its users.',
    cause,
  });

const limits = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
