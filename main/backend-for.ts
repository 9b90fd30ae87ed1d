import type { Backend } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';

/** The scheme decides, without the transport that may follow it: qemu+ssh://… is a qemu host. Throws 'bad-uri'. */
export function backendFor(uri: string, backends: readonly Backend[]): Backend {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:/.exec(uri)?.[1];
  const backend = scheme === undefined ? undefined : backends.find((one) => one.schemes.includes(scheme));
  if (backend === undefined) throw new BackendError('bad-uri', `Guesthouse knows no kind of host that is addressed as “${uri}”.`);
  return backend;
}
