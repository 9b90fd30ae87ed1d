import { connect } from 'node:net';
import { privateDisplayCredentials } from './display-credentials.ts';
import { chooseLocalSocket } from './local-socket.ts';
import type { Route, RouteOptions } from './route.ts';
import { runHere } from './run-program.ts';
import { connectLocal } from './session-daemon.ts';
import type { LibvirtUri } from './uri.ts';

/** The road to a daemon of this computer. Throws 'bad-uri'. */
export function openLocalRoute(uri: LibvirtUri, { surroundings, readOnly, ask }: RouteOptions): Route {
  const socket = chooseLocalSocket(uri, surroundings, readOnly);
  return {
    local: true,
    privacy: 'local',
    host: null,
    displays: 'private',
    dial: (signal) => connectLocal(socket, surroundings, signal),
    tunnel: (target, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const stream = target.kind === 'tcp' ? connect({ host: target.host, port: target.port }) : connect({ path: target.path });
        const abort = () => stream.destroy(new Error('cancelled'));
        signal?.addEventListener('abort', abort, { once: true });
        stream.once('error', reject);
        stream.once('connect', () => {
          signal?.removeEventListener('abort', abort);
          stream.off('error', reject);
          resolve(stream);
        });
      }),
    displayCredentials: (signal) => privateDisplayCredentials(surroundings, ask, signal),
    run: runHere(surroundings.environment),
    close: () => undefined,
  };
}
