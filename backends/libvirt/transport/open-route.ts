import { BackendError } from '../../errors.ts';
import { openLocalRoute } from './local-route.ts';
import type { Route, RouteOptions } from './route.ts';
import { openSshRoute } from './ssh/ssh-route.ts';
import { openTcpRoute } from './tcp-route.ts';
import { openTlsRoute } from './tls-route.ts';
import type { LibvirtUri } from './uri.ts';

/** The road that a URI names; nothing is connected before its first `dial`. Throws BackendError for what cannot be a road. */
export async function openRoute(uri: LibvirtUri, options: RouteOptions): Promise<Route> {
  switch (uri.transport) {
    case 'unix':
      if (uri.host !== null) throw new BackendError('bad-uri', `${uri.text}: a unix socket is on this computer, and has no host.`);
      return openLocalRoute(uri, options);
    case 'ssh':
    case 'libssh':
    case 'libssh2':
      return openSshRoute(uri, options);
    case 'tls':
      return openTlsRoute(uri, options);
    case 'tcp':
      break;
  }
  return openTcpRoute(uri, options);
}
