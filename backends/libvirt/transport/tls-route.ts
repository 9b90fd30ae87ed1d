import { BackendError } from '../../errors.ts';
import type { Route, RouteOptions } from './route.ts';
import type { LibvirtUri } from './uri.ts';

export async function openTlsRoute(uri: LibvirtUri, _options: RouteOptions): Promise<Route> {
  throw new BackendError('unsupported', `Hosts over TLS cannot be reached yet: ${uri.text}.`);
}
