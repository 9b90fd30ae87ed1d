import { BackendError } from '../../errors.ts';
import { type AskLogin, nobodyToAsk } from '../../login.ts';
import { remote } from '../protocol/remote.ts';
import type { Route } from '../transport/route.ts';
import type { Transport } from '../transport/transport.ts';
import { authenticate } from './authenticate.ts';
import { KnownLogin } from './sasl/known-login.ts';
import { SecurableTransport } from './sasl/securable-transport.ts';
import type { SecurityLayer } from './sasl/security-layer.ts';
import { Session } from './session.ts';

const FEATURE_KEEPALIVE = 10;
const OPEN_READ_ONLY = 1;

export interface OpenOptions {
  readonly readOnly?: boolean | undefined;
  /** For one stream: see SessionOptions. */
  readonly dedicated?: boolean;
  /** Gives up, which includes a person who is being asked for a password. Nothing stays open. */
  readonly signal?: AbortSignal;
  /** Asked where the daemon wants a name and a password. Without it nobody is. */
  readonly ask?: AskLogin;
  /** What the person has typed for this host, so that its second connection asks nobody. */
  readonly known?: KnownLogin;
}

/** What a transport cannot say of itself. */
type RoadFacts = Pick<Route, 'privacy' | 'host'>;

/**
 * Connects to the daemon at the end of a road, authenticates and opens the driver. `name` is what the driver is asked to open; '' lets the
 * daemon choose. Rejects with BackendError for the road there, with LibvirtError where the daemon refuses.
 */
export async function openSession(route: Route, name: string, options: OpenOptions = {}): Promise<Session> {
  return openOver(await route.dial(options.signal), name, options, route);
}

/** The same over a transport that is connected already. */
export async function openOver(
  transport: Transport,
  name: string,
  options: OpenOptions = {},
  { privacy, host }: RoadFacts = { privacy: 'local', host: null },
): Promise<Session> {
  const line = new SecurableTransport(transport);
  const session = new Session(line, { dedicated: options.dedicated ?? false });
  try {
    const { signal, ask = nobodyToAsk, known = new KnownLogin(null) } = options;
    await authenticate(session, { signal, ask, privacy, host, known, secure: (layer) => secureBetweenPackets(session, line, layer) });
    // Besides answering, this starts the daemon's own pings. A connection that may stop reading cannot answer them.
    if (!(options.dedicated ?? false)) await session.call(remote.connectSupportsFeature, { feature: FEATURE_KEEPALIVE }, limits(options));
    // The daemon may have to start its driver, or reach another host: as long as it takes.
    await session.call(
      remote.connectOpen,
      { name, flags: (options.readOnly ?? false) ? OPEN_READ_ONLY : 0 },
      { ...limits(options), deadlineMs: Infinity },
    );
    return session;
  } catch (error) {
    session.close();
    // Where the connection itself ended, its own reason says more than the call that was under way.
    throw (await session.closed) ?? error;
  }
}

/** Bytes that came in the clear after the daemon's last word would be taken for the beginning of what is sealed: somebody put them in. */
function secureBetweenPackets(session: Session, line: SecurableTransport, layer: SecurityLayer): void {
  if (session.betweenPackets) return line.secure(layer);
  throw new BackendError('untrusted', 'Somebody on the way to the host has changed what it said.', {
    reason: 'Something in plain text followed the end of the log-in.',
    remedy: 'Connect by ssh or TLS.',
  });
}

const limits = ({ signal }: { readonly signal?: AbortSignal | undefined }) => (signal === undefined ? {} : { signal });
