import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { spiceMain, type SpiceChannel } from '#model/guest-console';
import type { ConsoleOptions } from '../../backend.ts';
import type { ByteStream } from '../../byte-stream.ts';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml } from '../host/libvirt-host.ts';
import type { OpenHost } from '../host/open-host.ts';
import type { Domain } from '../protocol/objects.ts';
import type { TunnelTarget } from '../transport/route.ts';
import { attribute, parseXml, textAt, type XmlElement } from '../xml/document.ts';
import { DisplayClients, type DisplayNews } from './display-clients.ts';
import { type Display, type DisplayPassword, displayOf, listenHere, passwordOf } from './display-definition.ts';
import { DisplayPasswords } from './display-passwords.ts';
import { DisplayStream } from './display-stream.ts';
import { type DisplayTls, startTls } from './display-tls.ts';
import { letIn } from './let-in.ts';
import { Peer } from './peer.ts';
import { RfbFront } from './rfb-front.ts';
import { enterRfb } from './rfb-handshake.ts';
import { linkSpice } from './spice-link.ts';
import { OtherPortWanted } from './spice-link-error.ts';
import { viewerFile } from './viewer-file.ts';

/** libvirt's own place for what SPICE displays of this computer show (spice_tls_x509_cert_dir). */
const SPICE_CA = '/etc/pki/libvirt-spice/ca-cert.pem';

/** The displays of one host's guests. */
export class Displays {
  readonly #host: OpenHost;
  readonly #clients = new DisplayClients();
  readonly #passwords = new DisplayPasswords();
  readonly #open = new Set<DisplayStream>();
  /** Of attempts: aborted with the host, for which nobody is asked any more. */
  readonly #attempts = new Set<AbortController>();

  constructor(host: OpenHost) {
    this.#host = host;
  }

  /** The host tells of who connects to a display. */
  news(news: DisplayNews): void {
    this.#clients.tell(news);
  }

  /** Something has become of the guest. */
  guestChanged(dom: Domain): void {
    this.#passwords.keepUp(dom);
    if (dom.id < 0) this.#clients.forget(dom.uuid);
  }

  /** `document` of the running guest. As HostConnection.openConsole. */
  async open(dom: Domain, document: XmlElement, name: string, options: ConsoleOptions): Promise<ByteStream> {
    const display = displayOf(document, name);
    const { channel = spiceMain, force } = options;
    if (display.kind === 'spice' && channel.type === 'main' && !force) this.#requireNobody(dom, display);
    const stream = await this.#attempt(options.signal, (signal) => this.#letIn(dom, document, display, channel, options, signal));
    if (!this.#host.alive) void stream.close();
    this.#open.add(stream);
    void stream.ended.then(() => this.#open.delete(stream));
    return display.kind === 'vnc' ? new RfbFront(stream, stream.ended) : stream;
  }

  #letIn(
    dom: Domain,
    document: XmlElement,
    display: Display,
    channel: SpiceChannel,
    options: ConsoleOptions,
    signal: AbortSignal,
  ): Promise<DisplayStream> {
    const { name } = display;
    return letIn(
      (password) =>
        display.kind === 'vnc' ? this.#openVnc(dom, display, password, signal) : this.#openSpice(dom, display, channel, password, signal),
      {
        guest: textAt(document, 'name') ?? '',
        hinted: attribute(display.element, 'passwd') !== null,
        typed: this.#passwords.get(dom, name),
        readDefinition: () => this.#readPassword(dom, name),
        ask: options.ask ?? this.#host.ask,
        signal,
        remember: (password) => this.#passwords.set(dom, name, password),
      },
    );
  }

  /** Ends with whoever wants it, and with the host. */
  async #attempt<T>(wanted: AbortSignal | undefined, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    this.#attempts.add(attempt);
    wanted?.addEventListener('abort', giveUp, { once: true });
    if (wanted?.aborted === true) giveUp();
    try {
      return await make(attempt.signal);
    } catch (error) {
      if (this.#host.alive) throw error;
      throw new BackendError('connection-lost', 'The connection to the host has ended.', { cause: error });
    } finally {
      this.#attempts.delete(attempt);
      wanted?.removeEventListener('abort', giveUp);
    }
  }

  /** As HostConnection.viewerFile. */
  async viewerFile(dom: Domain, document: XmlElement, name: string): Promise<string> {
    const { route, address } = this.#host;
    const display = displayOf(document, name);
    return viewerFile({
      route,
      address,
      guest: textAt(document, 'name') ?? '',
      display,
      password: this.#passwords.get(dom, name) ?? (await this.#readPassword(dom, name))?.text ?? null,
      ca: route.local && display.tls !== null ? await readFile(SPICE_CA, 'utf8').catch(() => null) : null,
    });
  }

  close(): void {
    for (const attempt of this.#attempts) attempt.abort();
    for (const stream of this.#open) void stream.close();
  }

  /** SPICE throws out whoever has it when another comes. */
  #requireNobody(dom: Domain, display: Display): void {
    const others = this.#clients.others(dom.uuid, display);
    if (others.length === 0) return;
    const from = others.map((node) => node || 'a program of the host').slice(0, 4);
    throw new BackendError('console-busy', 'Somebody else has this display open.', {
      reason: `It is open from ${from.join(', ')}; it shows itself to one at a time.`,
      remedy: 'Close it there, or take it over.',
    });
  }

  /** Null where it has none, or we may not know: looking only, or by the host's own rules. */
  async #readPassword(dom: Domain, name: string): Promise<DisplayPassword | null> {
    if (this.#host.readOnly) return null;
    try {
      return passwordOf(parseXml(await this.#host.domainXml(dom, DomainXml.live | DomainXml.secure)), name);
    } catch (error) {
      if (failedWith(error, 'permission', 'unsupported')) return null;
      throw error;
    }
  }

  async #openVnc(dom: Domain, display: Display, password: string | null, signal: AbortSignal): Promise<DisplayStream> {
    return this.#enter(dom, display.plain ?? noPort(), this.#certified, signal, (peer) =>
      enterRfb(peer, { password, tls: this.#tls(signal), certified: this.#certified }),
    );
  }

  async #openSpice(
    dom: Domain,
    display: Display,
    channel: SpiceChannel,
    password: string | null,
    signal: AbortSignal,
  ): Promise<DisplayStream> {
    const link = (port: 'tls' | 'plain') =>
      this.#enter(dom, display[port] ?? noPort(), port === 'tls' && this.#certified, signal, async (peer) => {
        if (port === 'tls') await peer.wrap((stream) => startTls(stream, this.#tls(signal)));
        await linkSpice(peer, channel, password);
      });
    const mode = display.channelMode(channel.type);
    const tlsFirst = this.#certified || mode === 'secure' || display.plain === null;
    const first = tlsFirst && display.tls !== null ? 'tls' : 'plain';
    try {
      return await link(first);
    } catch (error) {
      if (!(error instanceof OtherPortWanted) || error.port === first || display[error.port] === null) throw error;
      return link(error.port);
    }
  }

  get #certified(): boolean {
    return this.#host.route.displays === 'certified';
  }

  #tls(signal: AbortSignal): DisplayTls {
    const { route } = this.#host;
    return { host: this.#certified ? route.host : null, credentials: () => route.displayCredentials(signal) };
  }

  /** Connects over the road to the host, and is let in. */
  async #enter(
    dom: Domain,
    target: TunnelTarget,
    certified: boolean,
    signal: AbortSignal,
    handshake: (peer: Peer) => Promise<void>,
  ): Promise<DisplayStream> {
    const visit = this.#clients.visit(dom.uuid, target);
    const stream = await this.#host.route.tunnel(target, { signal, certified }).catch((error: unknown) => {
      visit.over();
      if (signal.aborted) throw new BackendError('cancelled', 'Opening the display was cancelled.', { cause: error });
      throw error instanceof BackendError ? error : unreachable(error);
    });
    visit.arrived(this.#host.route.local ? nearEnd(stream) : null);
    stream.once('close', () => visit.over());
    if (stream.destroyed) visit.over();
    if (stream instanceof Socket) stream.setNoDelay(true);
    const peer = new Peer(stream, signal);
    try {
      await handshake(peer);
      return new DisplayStream(peer.settle());
    } catch (error) {
      peer.end(error instanceof BackendError ? error : unreachable(error));
      throw error;
    }
  }
}

function noPort(): never {
  throw new BackendError('unsupported', 'This display has no listener that Guesthouse could use.', { remedy: listenHere });
}

/** The address that a listener of this computer sees of us. */
function nearEnd(stream: Duplex): { readonly node: string; readonly service: string } | null {
  if (!(stream instanceof Socket) || stream.localAddress === undefined) return null;
  return { node: stream.localAddress, service: String(stream.localPort) };
}

function unreachable(error: unknown): BackendError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const reason = error instanceof Error ? error.message : null;
  if (code === 'EACCES') {
    return new BackendError('permission', 'You may not open this display’s socket.', { reason, remedy: listenHere, cause: error });
  }
  return new BackendError('connection-lost', 'The guest’s display does not answer.', { reason, remedy: 'Try again.', cause: error });
}
