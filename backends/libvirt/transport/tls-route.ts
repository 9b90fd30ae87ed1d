import { isIP } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { BackendError } from '../../errors.ts';
import { privateDisplayCredentials } from './display-credentials.ts';
import { isLoopback } from './loopback.ts';
import { openRoadTunnel } from './open-road-tunnel.ts';
import type { Route, RouteOptions } from './route.ts';
import { TlsTransport } from './tls-transport.ts';
import { connectTcp, type TcpAddress } from './tcp.ts';
import { tlsCredentials } from './tls-credentials.ts';
import { noLibvirt, tlsFault, type TlsPhase, tlsSilence } from './tls-fault.ts';
import { readTlsFiles } from './tls-files.ts';
import type { Transport } from './transport.ts';
import type { LibvirtUri } from './uri.ts';

const TLS_PORT = 16_514;
/** From the first packet to the daemon's word that it takes us. */
const DEADLINE_MS = 15_000;
/** libvirt: src/rpc/virnettlscontext.c. The daemon has looked at our certificate, and may say no to it until then. */
const ADMITTED = 1;

/** libvirt's "tls_priority" is GnuTLS's, and not translated: the least is TLS 1.2 with what OpenSSL thinks well of. */
export async function openTlsRoute(uri: LibvirtUri, { ask, surroundings }: RouteOptions): Promise<Route> {
  for (const careless of ['no_verify', 'no_sanity']) {
    if (!['', '0'].includes(uri.parameters.get(careless) ?? '')) {
      throw new BackendError('insecure', `The address says not to look at the host’s certificate (“${careless}”), which is never done.`, {
        remedy: 'Take that out of the address. If the certificate is not right, Guesthouse says what is wrong with it.',
      });
    }
  }
  const host = uri.host ?? 'localhost';
  const address = { host, port: uri.port ?? TLS_PORT };
  let credentials: Promise<SecureContext> | null = null;
  const open = async (signal: AbortSignal | undefined) => {
    try {
      return await tlsCredentials(await readTlsFiles(uri.parameters.get('pkipath'), surroundings), ask, signal);
    } catch (error) {
      credentials = null;
      throw error;
    }
  };
  return {
    local: false,
    privacy: 'encrypted',
    host,
    displays: isLoopback(host) ? 'private' : 'certified',
    async dial(signal) {
      credentials ??= open(signal);
      return connectTls(address, await credentials, signal === undefined ? {} : { signal });
    },
    tunnel: (target, options) => openRoadTunnel(host, target, options),
    // libvirt's viewers know one authority for the daemon and its displays: /etc/pki/CA/cacert.pem.
    async displayCredentials(signal) {
      if (isLoopback(host)) return privateDisplayCredentials(surroundings, ask, signal);
      credentials ??= open(signal);
      return credentials;
    },
    run: null,
    close: () => (credentials = null),
  };
}

export interface TlsOptions {
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** Connects, checks the host's certificate and name, and waits to be admitted. Rejects with BackendError, or with the signal's reason. */
export async function connectTls(address: TcpAddress, credentials: SecureContext, options: TlsOptions = {}): Promise<Transport> {
  const { signal, deadlineMs = DEADLINE_MS } = options;
  const ends = performance.now() + deadlineMs;
  const socket = await connectTcp(address, { signal, deadlineMs });
  // Its handle belongs to TLS from here on; an error of its own would end the process.
  socket.on('error', () => undefined);
  const [name = ''] = address.host.split('%');
  const secured = connect({
    socket,
    secureContext: credentials,
    // Also where the environment says otherwise (NODE_TLS_REJECT_UNAUTHORIZED).
    rejectUnauthorized: true,
    // Names are sent along and looked for among the certificate's names, addresses (RFC 6066, 3) only looked for among its addresses.
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
  });
  await admission(secured, address, ends - performance.now(), signal);
  return new TlsTransport(secured);
}

function admission(socket: TLSSocket, address: TcpAddress, withinMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let phase: TlsPhase = 'handshake';
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('secureConnect', handshaken).off('readable', readable).off('error', fail).off('close', ended);
    };
    const giveUp = (reason: unknown) => {
      settle();
      socket.on('error', () => undefined).destroy();
      reject(reason);
    };
    const abort = () => giveUp(signal?.reason);
    const fail = (error: Error) => giveUp(tlsFault(address, phase, error));
    const ended = () => giveUp(tlsFault(address, phase, null));
    const handshaken = () => (phase = 'secured');
    const readable = () => {
      const first: unknown = socket.read(1);
      // Nothing yet, or the end, which 'close' tells.
      if (!(first instanceof Uint8Array)) return;
      if (first[0] !== ADMITTED) return giveUp(noLibvirt(address));
      settle();
      resolve();
    };
    const timer = setTimeout(() => giveUp(tlsSilence(address, phase)), withinMs);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    else socket.on('secureConnect', handshaken).on('readable', readable).on('error', fail).on('close', ended);
  });
}
