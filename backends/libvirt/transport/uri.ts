import { BackendError } from '../../errors.ts';

/** A libvirt connection URI: driver[+transport]://[user@][host][:port]/[path][?parameters] */
export interface LibvirtUri {
  /** The URI as given. */
  readonly text: string;
  /** The scheme without its transport: qemu, lxc, test … */
  readonly driver: string;
  readonly transport: LibvirtTransport;
  readonly user: string | null;
  /** Without the brackets of an IPv6 address; null for this computer. */
  readonly host: string | null;
  readonly port: number | null;
  /** With its leading slash: /system, /session, /default … */
  readonly path: string;
  /** Those that are for the client; the others are part of `name`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What CONNECT_OPEN is told: the URI without transport, host and the client's parameters; '' lets the daemon choose. */
  readonly name: string;
}

const TRANSPORTS = ['unix', 'ssh', 'libssh', 'libssh2', 'tls', 'tcp', 'ext'] as const;
export type LibvirtTransport = (typeof TRANSPORTS)[number];

// https://libvirt.org/uri.html: what the C library takes out before it passes the URI on.
const CLIENT_PARAMETERS: ReadonlySet<string> = new Set([
  'name',
  'command',
  'socket',
  'netcat',
  'proxy',
  'mode',
  'keyfile',
  'no_verify',
  'no_tty',
  'known_hosts',
  'known_hosts_verify',
  'sshauth',
  'pkipath',
  'tls_priority',
  'no_sanity',
  'authfile',
  'auth',
]);

const SHAPE =
  /^(?<driver>[a-z][a-z0-9.-]*)(?:\+(?<transport>[a-z0-9]+))?:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]/?#]*\]|[^:/?#]*)(?::(?<port>\d{1,5}))?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/i;

/** Throws BackendError 'bad-uri', whose message says what is wrong with it. */
export function parseLibvirtUri(text: string): LibvirtUri {
  const groups = /[\s\p{Cc}]/u.test(text) ? undefined : SHAPE.exec(text)?.groups;
  if (groups === undefined) throw badUri(text, 'it should look like qemu:///system or qemu+ssh://user@host/system');
  const host = unescape(text, (groups['host'] ?? '').replace(/^\[(.*)\]$/, '$1')) || null;
  const port = groups['port'] === undefined ? null : Number(groups['port']);
  if (port !== null && (port === 0 || port > 65_535)) throw badUri(text, `${port} is no port`);
  if (host?.startsWith('-')) throw badUri(text, 'a host cannot begin with "-"');
  const driver = (groups['driver'] ?? '').toLowerCase();
  const path = unescape(text, groups['path'] ?? '/');
  const parameters = new Map<string, string>();
  const forDriver: string[] = [];
  for (const pair of (groups['query'] ?? '').split(/[&;]/).filter(Boolean)) {
    const [key = '', ...value] = pair.split('=');
    if (CLIENT_PARAMETERS.has(key)) parameters.set(key, unescape(text, value.join('=')));
    else forDriver.push(pair);
  }
  const query = forDriver.length > 0 ? `?${forDriver.join('&')}` : '';
  return {
    text,
    driver,
    transport: transportOf(text, groups['transport']?.toLowerCase(), host),
    user: unescape(text, groups['user'] ?? '') || null,
    host,
    port,
    path,
    parameters,
    name: parameters.get('name') ?? `${driver}://${groups['path'] ?? '/'}${query}`,
  };
}

/** Without "+transport" a host means TLS, no host the local socket. */
function transportOf(text: string, name: string | undefined, host: string | null): LibvirtTransport {
  if (name === undefined) return host === null ? 'unix' : 'tls';
  const transport = TRANSPORTS.find((known) => known === name);
  if (transport === undefined) throw badUri(text, `"${name}" is no transport; there are ${TRANSPORTS.join(', ')}`);
  return transport;
}

function unescape(text: string, part: string): string {
  try {
    const plain = decodeURIComponent(part);
    if (plain.includes('\0')) throw badUri(text, 'it contains a NUL');
    return plain;
  } catch (error) {
    throw error instanceof BackendError ? error : badUri(text, `"${part}" is not escaped as URIs are`);
  }
}

function badUri(text: string, why: string): BackendError {
  return new BackendError('bad-uri', `${JSON.stringify(text)} is no libvirt address: ${why}.`);
}
