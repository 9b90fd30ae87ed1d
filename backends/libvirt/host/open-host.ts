import { access, readFile } from 'node:fs/promises';
import type { GuestId } from '#model/guest';
import type { Acceleration, HostFacts } from '#model/host';
import { BackendError } from '../../errors.ts';
import type { ConnectOptions } from '../../backend.ts';
import type { AskLogin } from '../../login.ts';
import { failedWith } from '../failed-with.ts';
import { findAcceleration } from './acceleration.ts';
import { CallLane } from './call-lane.ts';
import { readHostFacts } from './host-facts.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { domainEvents } from '../protocol/events.ts';
import type { Domain } from '../protocol/objects.ts';
import type { Procedure } from '../protocol/procedure.ts';
import { remote } from '../protocol/remote.ts';
import { openSession } from '../rpc/open-session.ts';
import { KnownLogin } from '../rpc/sasl/known-login.ts';
import type { Session } from '../rpc/session.ts';
import { resolveAddress } from '../transport/client-configuration.ts';
import { here } from '../transport/local-socket.ts';
import { openRoute } from '../transport/open-route.ts';
import type { Route } from '../transport/route.ts';
import { type LibvirtUri, parseLibvirtUri } from '../transport/uri.ts';
import { remembered } from '../remembered.ts';
import { toBackendError } from '../to-backend-error.ts';
import { parseXml, type XmlElement } from '../xml/document.ts';

/**
 * Connections for slow calls: twelve at a time, of the twenty that a daemon works on (max_workers), so that others still find one free.
 * And for quick ones, of which eight may be stuck behind guests that hang.
 */
const SLOW_LINES = 3;
const QUICK_LINES = 2;
/** libvirt: VIR_DOMAIN_EVENT_DEFINED. */
const DEFINED = 0;

/** The sessions of one host, and the look-ups over them. The main session's end is the host's end, and takes the others along. */
export class OpenHost implements LibvirtHost {
  readonly driverUri: string;
  readonly route: Route;
  readonly facts: HostFacts;
  /** Resolves when the main session has ended. */
  readonly closed: Promise<Error | null>;
  /** Resolves when the road is free as well: up to a second later, where the daemon was about to answer. */
  readonly left: Promise<void>;

  readonly #uri: LibvirtUri;
  readonly #options: ConnectOptions;
  readonly #known: KnownLogin;
  readonly #main: Session;
  /** Each connection to such a host has guests of its own: libvirt's test driver with a file. */
  readonly singular: boolean;
  readonly #others = new Set<Session>();
  /** Aborted with the host: nothing else ends what is still being opened. */
  readonly #life = new AbortController();
  readonly #slow: CallLane;
  readonly #quick: CallLane;
  readonly #defined = new Map<GuestId, number>();

  constructor(
    uri: LibvirtUri,
    options: ConnectOptions,
    known: KnownLogin,
    route: Route,
    main: Session,
    driverUri: string,
    facts: HostFacts,
  ) {
    this.#uri = uri;
    this.#options = options;
    this.#known = known;
    this.route = route;
    this.#main = main;
    this.driverUri = driverUri;
    this.singular = driverUri.startsWith('test://') && driverUri !== 'test:///default';
    this.facts = facts;
    this.#slow = new CallLane(() => this.#open(false), SLOW_LINES, main);
    this.#quick = new CallLane(() => this.#open(false), QUICK_LINES, main);
    this.closed = main.closed.then((reason) => {
      this.#life.abort();
      for (const session of this.#others) session.close();
      return reason;
    });
    this.left = main.left;
    main.on(domainEvents.lifecycle, ({ dom, event }) => {
      if (event === DEFINED) this.#defined.set(dom.uuid, this.timesDefined(dom.uuid) + 1);
    });
  }

  get address(): string {
    return this.#uri.text;
  }

  /** Opened for looking only, or through the socket that is for nothing else (libvirt-sock-ro). */
  get readOnly(): boolean {
    return this.#options.readOnly === true || (this.#uri.parameters.get('socket') ?? '').endsWith('-sock-ro');
  }

  /** Whom the connection asks for what lets us in. */
  get ask(): AskLogin {
    return this.#options.ask;
  }

  get local(): boolean {
    return this.route.local;
  }

  get alive(): boolean {
    return this.#main.open;
  }

  call<A, R>(procedure: Procedure<A, R>, args: A): Promise<R> {
    return translated(this.#main.call(procedure, args));
  }

  job<A, R>(procedure: Procedure<A, R>, args: A): Promise<R> {
    return this.singular ? this.call(procedure, args) : translated(this.#slow.call(procedure, args));
  }

  quick<A, R>(procedure: Procedure<A, R>, args: A): Promise<R> {
    return this.singular ? this.call(procedure, args) : translated(this.#quick.call(procedure, args));
  }

  openSession(): Promise<Session> {
    return this.#open(true);
  }

  reopen(signal: AbortSignal): Promise<OpenHost> {
    return openHost(this.#uri.text, { ...this.#options, signal }, async () => undefined, this.#known);
  }

  async domainOf(id: GuestId): Promise<Domain> {
    const { dom } = await this.call(remote.domainLookupByUuid, { uuid: id });
    return dom;
  }

  timesDefined(id: GuestId): number {
    return this.#defined.get(id) ?? 0;
  }

  async domainXml(dom: Domain, flags: number): Promise<string> {
    const { xml } = await this.call(remote.domainGetXmlDesc, { dom, flags });
    return xml;
  }

  readonly capabilities: () => Promise<XmlElement> = remembered(async () => {
    const { capabilities } = await this.call(remote.connectGetCapabilities, {});
    return parseXml(capabilities);
  });

  readonly acceleration: () => Promise<Acceleration> = remembered(async () =>
    findAcceleration({
      capabilities: await this.capabilities(),
      local: this.local,
      read: (file) => readFile(file, 'utf8').catch(() => null),
      exists: (file) =>
        access(file).then(
          () => true,
          () => false,
        ),
    }),
  );

  close(): void {
    this.#main.close();
  }

  async #open(dedicated: boolean): Promise<Session> {
    this.#requireAlive();
    const { readOnly, ask } = this.#options;
    const { signal } = this.#life;
    try {
      const session = await openSession(this.route, this.#uri.name, { dedicated, readOnly, ask, known: this.#known, signal });
      this.#others.add(session);
      void session.closed.then(() => this.#others.delete(session));
      if (!this.alive) session.close();
      this.#requireAlive();
      return session;
    } catch (error) {
      this.#requireAlive();
      throw failedWith(error, 'timeout') ? noRoom(error) : toBackendError(error);
    }
  }

  #requireAlive(): void {
    if (!this.alive) throw new BackendError('connection-lost', 'The connection to the libvirt daemon has ended.');
  }
}

/**
 * Opens the main session of what `text` names: an address, or an alias of the person's libvirt.conf. `prepare` (the registration of events)
 * runs before anything is read. Aborting leaves nothing open.
 */
export async function openHost(
  text: string,
  options: ConnectOptions,
  prepare: (session: Session) => Promise<void>,
  login?: KnownLogin,
): Promise<OpenHost> {
  const { signal, ask, readOnly } = options;
  const refuse = (error: unknown): never => {
    throw signal.aborted ? new BackendError('cancelled', 'Connecting was cancelled.', { cause: error }) : toBackendError(error);
  };
  const surroundings = here();
  const uri = parseLibvirtUri(await resolveAddress(text, surroundings));
  const known = login ?? new KnownLogin(uri.user);
  const route = await openRoute(uri, { ask, surroundings, readOnly });
  const session = await openSession(route, uri.name, { signal, ask, readOnly, known }).catch((error: unknown) => {
    route.close();
    return refuse(error);
  });
  // Over ssh the road is the transport: it goes when that has been dropped.
  void session.left.then(() => route.close());
  const abort = () => session.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await prepare(session);
    const { uri: driverUri } = await session.call(remote.connectGetUri, {}, { signal });
    const address = route.local ? null : uri.host;
    const facts = await readHostFacts((procedure, args) => session.call(procedure, args, { signal }), address);
    signal.throwIfAborted();
    return new OpenHost(uri, options, known, route, session, driverUri, facts);
  } catch (error) {
    session.close();
    return refuse(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A daemon with max_clients does not refuse more of them: it lets them wait at its door. */
function noRoom(cause: unknown): BackendError {
  return new BackendError('busy', 'The host has not answered another connection, though it answers the first.', {
    reason: 'Its libvirt daemon may have as many clients as it takes.',
    remedy: 'Close consoles and screens of its guests, or raise max_clients in its libvirtd.conf or virtqemud.conf.',
    cause,
  });
}

function translated<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw toBackendError(error);
  });
}
