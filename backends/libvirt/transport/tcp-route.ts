import { privateDisplayCredentials } from './display-credentials.ts';
import { isLoopback } from './loopback.ts';
import { openRoadTunnel } from './open-road-tunnel.ts';
import type { Route, RouteOptions } from './route.ts';
import { connectTcpTransport } from './tcp.ts';
import type { LibvirtUri } from './uri.ts';

const TCP_PORT = 16_509;

/**
 * The road without any protection of its own. What stays on this computer nobody else can read; to anywhere else the log-in demands a layer
 * that hides what follows (see authenticate).
 */
export async function openTcpRoute(uri: LibvirtUri, { surroundings, ask }: RouteOptions): Promise<Route> {
  const host = uri.host ?? 'localhost';
  const port = uri.port ?? TCP_PORT;
  return {
    // A port of our loopback may be the near end of somebody's tunnel.
    local: false,
    privacy: isLoopback(host) ? 'local' : 'plain',
    host,
    // Nothing here says who could vouch for one that is open to the network.
    displays: isLoopback(host) ? 'private' : 'none',
    dial: (signal) => connectTcpTransport({ host, port }, { signal }),
    tunnel: (target, { signal } = {}) => openRoadTunnel(host, target, { signal }),
    displayCredentials: (signal) => privateDisplayCredentials(surroundings, ask, signal),
    run: null,
    close: () => undefined,
  };
}
