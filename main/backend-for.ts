import type { Backend } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { parseLibvirtUri } from '../backends/libvirt/transport/uri.ts';

/** The scheme decides, without the transport that may follow it: qemu+ssh://… is a qemu host. Throws 'bad-uri' or 'unsupported'. */
export function backendFor(uri: string, backends: readonly Backend[]): Backend {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:/.exec(uri)?.[1];
  const backend = scheme === undefined ? undefined : backends.find((one) => one.schemes.includes(scheme));
  if (backend !== undefined) return backend;
  // libvirt's client has more to say about what it does not know, and repeats no password.
  parseLibvirtUri(uri);
  throw new BackendError('bad-uri', 'Guesthouse knows no hosts of this kind.');
}
