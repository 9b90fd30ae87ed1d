import type { HostAddress } from '#model/host-address';
import { BackendError } from '../backends/errors.ts';
import type { LibvirtUri } from '../backends/libvirt/transport/uri.ts';
import { libvirtUri, uriOf } from './host-uri.ts';

/** What a person has to agree to, in main's own window, before an address is used. */
export interface Concern {
  /** What it is about, as the address has it: "netcat=/usr/bin/nc", or "No encryption". */
  readonly what: string;
  readonly why: string;
}

/** https://libvirt.org/uri.html and https://libvirt.org/remote.html: what each changes about the way to the host. */
const told: ReadonlyMap<string, string> = new Map([
  ['netcat', 'On the host, this program is run to reach the daemon.'],
  ['proxy', 'This decides which program on the host passes the connection on.'],
  ['socket', 'The connection goes to this socket instead of the daemon’s own. Whoever listens there is believed.'],
  ['keyfile', 'ssh logs in with this private key of yours.'],
  ['pkipath', 'Certificates and your private key are taken from this folder.'],
  ['mode', 'This decides which of the host’s daemons is asked.'],
  ['name', 'The daemon is told this address instead.'],
  ['tls_priority', 'This can weaken the encryption.'],
  ['authfile', 'Names and passwords are read from this file and sent to the host.'],
  ['auth', 'This decides how you prove who you are.'],
  ['sshauth', 'This decides how ssh proves who you are.'],
  ['known_hosts', 'Keys of hosts are believed when they are in this file, instead of in your own.'],
]);

/**
 * Throws 'bad-uri', 'unsupported' or 'insecure' for an address that is never used, whoever wants it. Else what has to be agreed to first.
 * Which schemes there are is for the backends to say.
 */
export function judgeAddress(address: HostAddress): readonly Concern[] {
  const uri = libvirtUri(uriOf(address));
  if (uri === null) return [];
  refuseMockedFiles(uri);
  if (address.road !== 'uri') return address.road === 'tcp' && !isLoopback(address.host) ? [unencrypted(address.host)] : [];
  refuseCarelessness(uri);
  return [...uri.parameters].flatMap(([key, value]) => {
    const why = told.get(key);
    return why === undefined ? [] : [{ what: `${key}=${value}`, why }];
  });
}

function unencrypted(host: string): Concern {
  return {
    what: 'No encryption',
    why: `All that goes to “${host}” and comes from it can be read and changed by everybody on the way: screens, what you type, disks.`,
  };
}

/** 127.0.0.0/8, ::1 and the name that stands for them (RFC 6761, section 6.3). */
function isLoopback(host: string): boolean {
  return /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** libvirt's mock reads its world from any other path, and repeats what it finds there in its errors. */
function refuseMockedFiles({ driver, name }: LibvirtUri): void {
  if ((driver !== 'test' && !name.startsWith('test:')) || name === 'test:///default') return;
  throw new BackendError('bad-uri', 'This address cannot be used.', { reason: 'Of libvirt’s mock there is only test:///default.' });
}

function refuseCarelessness({ parameters, transport, host }: LibvirtUri): void {
  if (parameters.has('no_verify') || parameters.has('no_sanity') || (parameters.get('known_hosts_verify') ?? 'normal') !== 'normal') {
    throw new BackendError('insecure', 'This address would do without checking who the host is.', {
      reason: 'Somebody on the way could take its place and learn your password.',
      remedy: 'Leave out no_verify, no_sanity and known_hosts_verify. Guesthouse asks about a host that it does not know yet.',
    });
  }
  if (transport === 'tcp' && host !== null && !isLoopback(host)) {
    throw new BackendError('insecure', 'This address leads over an unencrypted connection.', {
      reason: 'Everybody on the way could read what is said, and change it.',
      remedy: 'Use ssh or TLS. To do without encryption, choose “TCP” instead of typing an address.',
    });
  }
}
