import { HostName, UserName } from '#model/host-address';
import type { HostAddress } from '#model/host-address';
import { BackendError } from '../backends/errors.ts';
import { type LibvirtUri, parseLibvirtUri } from '../backends/libvirt/transport/uri.ts';
import { uriOf } from './host-uri.ts';

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
 * Throws 'bad-uri' or 'insecure' for an address that is never used, whoever wants it. Else what has to be agreed to first.
 * Which schemes there are is for the backends to say.
 */
export function judgeAddress(address: HostAddress): readonly Concern[] {
  if (address.road === 'uri') refusePassword(address.uri);
  const uri = parseLibvirtUri(uriOf(address));
  refuseParts(uri);
  if (address.road !== 'uri') return address.road === 'tcp' && !isLoopback(address.host) ? [unencrypted(address.host)] : [];
  refuseParameters(uri);
  if (uri.transport === 'tcp' && uri.host !== null && !isLoopback(uri.host)) {
    throw new BackendError('insecure', 'This address leads over an unencrypted connection.', {
      reason: 'Everybody on the way could read what is said, and change it.',
      remedy: 'Use ssh or TLS. To do without encryption, choose “TCP” instead of typing an address.',
    });
  }
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

/** Before anything else, and without repeating it: messages end up in windows and logs. A port is no password. */
function refusePassword(text: string): void {
  if (!/\/\/[^@]*:(?!\d{1,5}[/?])[^@]*@/.test(text) && !/\/\/[^@/?#]*%3a[^@/?#]*@/i.test(text)) return;
  throw new BackendError('bad-uri', 'An address must not hold a password.', {
    remedy: 'Leave the password out: Guesthouse asks for it when the host does.',
  });
}

function refuseParts({ text, driver, host, user, path, name }: LibvirtUri): void {
  if (host !== null && (!HostName.safeParse(host).success || (host.includes(':') && !/^[0-9a-f:.]+$/i.test(host)))) {
    throw badUri('The host needs a name or an address without a zone.');
  }
  if (user !== null && !UserName.safeParse(user).success) throw badUri('There is no such user name.');
  // libvirt's mock reads its world from any other path, and repeats what it finds there in its errors.
  const mocks = driver === 'test' ? path !== '/default' : /^test\b/i.test(name) && name !== 'test:///default';
  if (mocks || (driver === 'test' && name !== 'test:///default')) throw badUri('Of libvirt’s mock there is only test:///default.');
  if (/[\p{Cc}\p{Cf}]/u.test(text)) throw badUri('The address has characters that cannot be seen.');
}

function refuseParameters({ parameters }: LibvirtUri): void {
  if (parameters.has('command')) throw badUri('A connection must not start a program of its own choice.');
  const careless =
    parameters.has('no_verify') || parameters.has('no_sanity') || (parameters.get('known_hosts_verify') ?? 'normal') !== 'normal';
  if (!careless) return;
  throw new BackendError('insecure', 'This address would do without checking who the host is.', {
    reason: 'Somebody on the way could take its place and learn your password.',
    remedy: 'Leave out no_verify, no_sanity and known_hosts_verify. Guesthouse asks about a host that it does not know yet.',
  });
}

function badUri(reason: string): BackendError {
  return new BackendError('bad-uri', 'This address cannot be used.', { reason });
}
