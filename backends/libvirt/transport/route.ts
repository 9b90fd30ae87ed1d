import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { AskLogin } from '../../login.ts';
import type { Surroundings } from './local-socket.ts';
import type { RunProgram } from './run-program.ts';
import type { Transport } from './transport.ts';

/** A listener of a host other than its daemon, named as the host itself names it: the display of a guest. */
export type TunnelTarget =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface TunnelOptions {
  readonly signal?: AbortSignal | undefined;
  readonly certified?: boolean | undefined;
}

export interface RouteOptions {
  readonly ask: AskLogin;
  /** This computer, as far as the choice of a road depends on it; tests have their own. */
  readonly surroundings: Surroundings;
  /** Only to look, for which less rights may be enough. */
  readonly readOnly?: boolean | undefined;
}

/**
 * The way to one host's daemon, for as long as somebody is connected to it. All that goes to the host goes this way: over ssh through one
 * master, so that a person is asked once. Rejections are BackendError: 'unreachable', 'untrusted', 'auth-failed', 'daemon-missing' …
 */
export interface Route {
  /** The daemon runs on this computer: a path here is a path there, and its loopback is ours. */
  readonly local: boolean;
  /** Who could read what is said on it: nobody else on this computer, nobody on the way, everybody on the way. */
  readonly privacy: 'local' | 'encrypted' | 'plain';
  /** The name that the host has on this road, for service names and messages; null for this computer. */
  readonly host: string | null;
  /**
   * How far it leads to the host's other listeners, the displays of its guests. `private`: to all of them, and nobody is on the way.
   * `certified`: to what is open to the network, where TLS must be spoken with a certificate that `displayCredentials` prove. `none`: nowhere.
   */
  readonly displays: 'private' | 'certified' | 'none';
  /** A new connection to the daemon, ready for its first packet. */
  dial(signal?: AbortSignal): Promise<Transport>;
  /** `certified`: nothing but such TLS is going to be spoken. */
  tunnel(target: TunnelTarget, options?: TunnelOptions): Promise<Duplex>;
  /** For TLS with a display: whom to trust, and what proves us. On a private road, the road itself vouches for what is at its end. */
  displayCredentials(signal?: AbortSignal): Promise<SecureContext>;
  /** Runs programs of the host, as whom the road belongs to; null where it leads to the daemon alone. */
  readonly run: RunProgram | null;
  /** Frees what the road holds; what was dialled or tunnelled over it may end with it. May be called more than once. */
  close(): void;
}
