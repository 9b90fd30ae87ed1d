import type { Backend } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { parseLibvirtUri } from '../backends/libvirt/transport/uri.ts';

/** The scheme decides, without the transport that may follow it: qemu+ssh://… is a qemu host. Throws 'bad-uri' or 'unsupported'. */
export function backendFor(uri: string, backends: readonly Backend[]): Backend {
  // libvirt's own: an alias of the person's libvirt.conf, or nothing at all for its default.
  const scheme = /^[\w-]*$/.test(uri.trim()) ? 'qemu' : /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:/i.exec(uri)?.[1]?.toLowerCase();
  const backend = scheme === undefined ? undefined : backends.find((one) => one.schemes.includes(scheme));
  if (backend !== undefined) return backend;
  // libvirt's client has more to say about what it does not know, and repeats no password.
  parseLibvirtUri(uri);
  throw new BackendError('bad-uri', 'Guesthouse knows no hosts of this kind.');
}
