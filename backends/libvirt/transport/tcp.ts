import type { Socket } from 'node:net';
import { BackendError } from '../../errors.ts';
import { openSocket, openSocketTransport } from './socket-transport.ts';
import type { Transport } from './transport.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

export interface TcpOptions {
  readonly signal?: AbortSignal | undefined;
  /** For all addresses that the name has; 15 s by default. */
  readonly deadlineMs?: number | undefined;
}

// The first keepalive of the system after so much silence; libvirt's own, every 5 s, notices sooner where it is on.
const SYSTEM_KEEPALIVE_MS = 15_000;
const tuning = { noDelay: true, keepAlive: true, keepAliveInitialDelay: SYSTEM_KEEPALIVE_MS } as const;

/** A connected socket without a reader. Rejects with BackendError 'unreachable', or with the signal's reason. */
export async function connectTcp(address: TcpAddress, { signal, deadlineMs }: TcpOptions = {}): Promise<Socket> {
  return openSocket({ ...tuning, ...address }, signal, deadlineMs).catch(faulted(address, signal));
}

/** The same as a transport. */
export async function connectTcpTransport(address: TcpAddress, { signal, deadlineMs }: TcpOptions = {}): Promise<Transport> {
  return openSocketTransport({ ...tuning, ...address }, signal, deadlineMs).catch(faulted(address, signal));
}

const faulted = (address: TcpAddress, signal: AbortSignal | undefined) => (error: unknown) => {
  throw signal?.aborted || !(error instanceof Error) ? error : tcpFault(address, error);
};

/** "host:port" as people write it. */
export const addressText = ({ host, port }: TcpAddress): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** Why a host could not be connected to, and what to do about it. */
export function tcpFault(address: TcpAddress, error: NodeJS.ErrnoException): BackendError {
  // Each address of a name fails for itself.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const cause: NodeJS.ErrnoException = first instanceof Error ? first : error;
  const unreachable = (message: string, remedy: string) =>
    new BackendError('unreachable', message, { reason: cause.message, remedy, cause: error });
  const where = addressText(address);
  switch (cause.code) {
    case 'ENOTFOUND':
      return unreachable(`There is no host named ${address.host}.`, 'Look for a slip in its name, or use its IP address.');
    case 'EAI_AGAIN':
      return unreachable(`The name ${address.host} cannot be looked up now.`, 'Look whether this computer is connected to its network.');
    case 'ECONNREFUSED':
      return unreachable(
        `${address.host} answers, but nothing listens on its port ${address.port}.`,
        'Start libvirt’s socket there, for example with "systemctl enable --now virtproxyd-tls.socket", or connect by ssh instead.',
      );
    case 'ETIMEDOUT':
      return unreachable(
        `${where} has not answered.`,
        `Look whether the host is on, and whether a firewall between it and this computer lets port ${address.port} through.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return unreachable(
        `There is no way to ${address.host} from here.`,
        'Look at this computer’s network, or whether a VPN has to be on.',
      );
    case undefined:
    default:
      return unreachable(`The connection to ${where} failed.`, 'Look at the network between this computer and the host.');
  }
}
