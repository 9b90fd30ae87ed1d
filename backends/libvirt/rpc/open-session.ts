import { BackendError } from '../../errors.ts';
import { remote } from '../protocol/remote.ts';
import { chooseLocalSocket, here, type Surroundings } from '../transport/local-socket.ts';
import { connectLocal } from '../transport/session-daemon.ts';
import type { Transport } from '../transport/transport.ts';
import { type LibvirtUri, parseLibvirtUri } from '../transport/uri.ts';
import { Session } from './session.ts';

const AUTH_NONE = 0;
const AUTH_SASL = 1;
const AUTH_POLKIT = 2;
const FEATURE_KEEPALIVE = 10;
const OPEN_READ_ONLY = 1;

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** For one stream: see SessionOptions. */
  readonly dedicated?: boolean;
  /** Gives up, which includes a person who is being asked for a password. Nothing stays open. */
  readonly signal?: AbortSignal;
  /** For tests; else this computer's. */
  readonly surroundings?: Surroundings;
}

/**
 * Connects to the daemon that a URI names, authenticates and opens the driver. Rejects with BackendError for the road there, with LibvirtError
 * where the daemon refuses.
 */
export async function openSession(uri: string, options: OpenOptions = {}): Promise<Session> {
  const parsed = parseLibvirtUri(uri);
  const transport = await connectTransport(parsed, options);
  return openOver(transport, parsed.name, options);
}

async function connectTransport(uri: LibvirtUri, { signal, surroundings = here() }: OpenOptions): Promise<Transport> {
  if (uri.transport !== 'unix' || uri.host !== null) {
    throw new BackendError('unsupported', `Hosts over ${uri.transport} cannot be reached yet: ${uri.text}.`, {
      remedy: 'Use an address of this computer, such as qemu:///system.',
    });
  }
  return connectLocal(chooseLocalSocket(uri, surroundings), surroundings, signal);
}

/** The same over a transport that is connected already. `name` is what the driver is asked to open; '' lets the daemon choose. */
export async function openOver(transport: Transport, name: string, options: OpenOptions = {}): Promise<Session> {
  const session = new Session(transport, { dedicated: options.dedicated ?? false });
  try {
    await authenticate(session, options.signal);
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
    throw error;
  }
}

async function authenticate(session: Session, signal: AbortSignal | undefined): Promise<void> {
  const { types } = await session.call(remote.authList, {}, limits({ signal }));
  if (types.includes(AUTH_NONE)) return;
  if (types.includes(AUTH_POLKIT)) {
    // No deadline: a person is typing a password.
    await session.call(remote.authPolkit, {}, { ...limits({ signal }), deadlineMs: Infinity });
    return;
  }
  throw new BackendError(
    'unsupported',
    types.includes(AUTH_SASL)
      ? 'The libvirt daemon asks for a user name and a password (SASL), which Guesthouse cannot give yet.'
      : `The libvirt daemon offers no way to log in that Guesthouse knows (${types.join(', ') || 'none at all'}).`,
    { remedy: 'Set auth_unix_rw = "polkit" or "none" in the daemon\'s configuration.' },
  );
}

const limits = ({ signal }: { readonly signal?: AbortSignal | undefined }) => (signal === undefined ? {} : { signal });
