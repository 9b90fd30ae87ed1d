import type { Duplex } from 'node:stream';
import { BackendError } from '../../errors.ts';
import { isLoopback } from './loopback.ts';
import type { TunnelOptions, TunnelTarget } from './route.ts';
import { addressText, connectTcp } from './tcp.ts';

const BY_SSH = 'Connect to the host by ssh: then its displays come through the same encrypted connection.';

/**
 * A listener of a host whose daemon is reached without a shell there: only the daemon's own port is protected, so nothing else goes there
 * unless it stays on this computer, or protects itself. `host` as the route names it.
 */
export async function openRoadTunnel(host: string, target: TunnelTarget, { signal, certified }: TunnelOptions = {}): Promise<Duplex> {
  if (target.kind === 'unix') {
    throw new BackendError('unsupported', 'This display can only be reached from the host itself.', {
      reason: `It listens on the unix socket ${target.path}.`,
      remedy: BY_SSH,
    });
  }
  const here = isLoopback(target.host);
  if (isLoopback(host)) return connectTcp({ host: here ? target.host : host, port: target.port }, { signal });
  const reason = `It listens on ${addressText(target)}.`;
  if (here) throw new BackendError('unsupported', 'This display can only be reached from the host itself.', { reason, remedy: BY_SSH });
  const everywhere = target.host === '0.0.0.0' || target.host === '::';
  if (certified === true) return connectTcp({ host: everywhere ? host : target.host, port: target.port }, { signal });
  throw new BackendError('insecure', 'Everybody on the network could watch this display, and type into it.', { reason, remedy: BY_SSH });
}
