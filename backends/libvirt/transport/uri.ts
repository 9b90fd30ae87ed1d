import { BackendError } from '../../errors.ts';

/** A libvirt connection URI: driver[+transport]://[user@][host][:port]/[path][?parameters] */
export interface LibvirtUri {
  /** The URI as given. */
  readonly text: string;
  /** The scheme without its transport: qemu, lxc, test … */
  readonly driver: LibvirtDriver;
  readonly transport: LibvirtTransport;
  readonly user: string | null;
  /** A name, or an address without the brackets of IPv6; null for this computer. */
  readonly host: string | null;
  readonly port: number | null;
  /** With its leading slash: /system, /session, /default … */
  readonly path: string;
  /** Those that are for the client; the others are part of `name`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What CONNECT_OPEN is told: the URI without transport, host and the client's parameters; '' lets the daemon choose. */
  readonly name: string;
}

const DRIVERS = ['qemu', 'lxc', 'xen', 'vbox', 'ch', 'bhyve', 'vz', 'test'] as const;
export type LibvirtDriver = (typeof DRIVERS)[number];

const TRANSPORTS = ['unix', 'ssh', 'libssh', 'libssh2', 'tls', 'tcp'] as const;
export type LibvirtTransport = (typeof TRANSPORTS)[number];

// https://libvirt.org/drivers.html: they speak their hypervisor's own protocol from inside the C library, and have no daemon.
const DRIVERS_OF_THE_LIBRARY = /^(esx|vpx|gsx|hyperv|phyp|openvz|vmware[a-z]*)$/;

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

const LENGTH_MAX = 4096;
const SHAPE =
  /^(?<driver>[a-z][a-z0-9]*)(?:\+(?<transport>[a-z0-9]+))?:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]/?#@]*\]|[^:/?#@]*)(?::(?<port>\d{1,5}))?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/i;

// Nothing that a shell, a command line or another URI could take for something else. Active Directory has "DOMAIN\me" and "me@realm"; a
// backslash at the end would take away the meaning of what follows.
const USER = /^[^\s\p{C}@:/?#\\'"%-](?:[^\s\p{C}:/?#'"%]*[^\s\p{C}:/?#\\'"%])?$/u;
const HOST = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/;
/** An interface of this computer, for addresses that every link has; RFC 6874 writes its "%" as "%25". */
const ZONE = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/;
/** What another host's daemon may be told to open: nothing that has it connect onward, as root, with its own keys. */
const NAME = /^(?:[a-z][a-z0-9]*:\/\/(?:\/[^\s\p{C}]*)?)?$/u;

/** Throws BackendError: 'bad-uri', whose message says what is wrong with it and never repeats a password, or 'unsupported'. */
export function parseLibvirtUri(text: string): LibvirtUri {
  if (text.length > LENGTH_MAX) throw badUri(text, `it is longer than ${LENGTH_MAX} characters`);
  if (/[\s\p{C}]/u.test(text)) throw badUri(text, 'it contains a space or a character that cannot be seen');
  const groups = SHAPE.exec(text)?.groups;
  if (groups === undefined) throw badUri(text, 'it should look like qemu:///system or qemu+ssh://user@host/system');
  const host = hostOf(text, groups['host'] ?? '');
  const user = userOf(text, groups['user']);
  if (user !== null && host === null) throw badUri(text, 'it names a user and no host');
  const port = groups['port'] === undefined ? null : Number(groups['port']);
  if (port !== null && (port === 0 || port > 65_535)) throw badUri(text, `${port} is no port`);
  if (port !== null && host === null) throw badUri(text, 'it names a port and no host');
  const driver = driverOf(text, (groups['driver'] ?? '').toLowerCase());
  const path = unescape(text, groups['path'] ?? '/');
  const { parameters, forDriver } = parametersOf(text, groups['query'] ?? '');
  const query = forDriver.length > 0 ? `?${forDriver.join('&')}` : '';
  const name = parameters.get('name') ?? `${driver}://${groups['path'] ?? '/'}${query}`;
  if (!NAME.test(name)) throw badUri(text, 'its parameter "name" must be an address without a transport and a host');
  return { text, driver, transport: transportOf(text, groups['transport']?.toLowerCase(), host), user, host, port, path, parameters, name };
}

function driverOf(text: string, name: string): LibvirtDriver {
  const driver = DRIVERS.find((known) => known === name);
  if (driver !== undefined) return driver;
  if (!DRIVERS_OF_THE_LIBRARY.test(name)) throw badUri(text, `"${shorten(name)}" is no driver; there are ${DRIVERS.join(', ')}`);
  throw new BackendError('unsupported', `Guesthouse cannot reach “${name}” hosts.`, {
    reason: `libvirt's driver "${name}" has no daemon to talk to: it lives in libvirt's C library, on the client's side.`,
    remedy: "Use the hypervisor's own tools, or virsh.",
  });
}

/** Without "+transport" a host means TLS, no host the local socket. */
function transportOf(text: string, name: string | undefined, host: string | null): LibvirtTransport {
  if (name === undefined) return host === null ? 'unix' : 'tls';
  if (name === 'ext') throw badUri(text, 'an address may not name a program of its own choice to be started');
  const transport = TRANSPORTS.find((known) => known === name);
  if (transport === undefined) throw badUri(text, `"${shorten(name)}" is no transport; there are ${TRANSPORTS.join(', ')}`);
  return transport;
}

function hostOf(text: string, given: string): string | null {
  if (given === '') return null;
  if (!given.startsWith('[')) {
    if (!HOST.test(given)) throw badUri(text, 'a host consists of letters, digits, dots and hyphens, and does not begin with a hyphen');
    return given;
  }
  const [address = '', zone, ...more] = given.slice(1, -1).split('%25');
  const zoned = zone === undefined || (ZONE.test(zone) && /^fe[89ab]/i.test(address));
  if (address.includes('%') || !isIPv6(address) || !zoned || more.length > 0) throw badUri(text, `${given} is no IPv6 address`);
  return zone === undefined ? address : `${address}%${zone}`;
}

/** By the URL parser, which a page has as well: the forms of hosts are tried in one. */
function isIPv6(text: string): boolean {
  try {
    return new URL(`http://[${text}]/`).hostname !== '';
  } catch {
    return false;
  }
}

function userOf(text: string, given: string | undefined): string | null {
  if (given === undefined) return null;
  const user = unescape(text, given);
  if (user.includes(':')) {
    throw badUri(text, 'it contains a password. Passwords are asked for when they are needed, and never kept in an address');
  }
  if (!USER.test(user)) throw badUri(text, 'the user before "@" is no user name');
  return user;
}

function parametersOf(text: string, query: string) {
  const parameters = new Map<string, string>();
  const forDriver: string[] = [];
  for (const pair of query.split(/[&;]/).filter(Boolean)) {
    const [key = '', ...value] = pair.split('=');
    if (key === 'command') throw badUri(text, 'an address may not name a program to be started ("command")');
    if (parameters.has(key)) throw badUri(text, `the parameter "${key}" is there twice`);
    if (CLIENT_PARAMETERS.has(key)) parameters.set(key, unescape(text, value.join('=')));
    else if (unescape(text, pair) !== '') forDriver.push(pair);
  }
  return { parameters, forDriver };
}

function unescape(text: string, part: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(part);
  } catch {
    throw badUri(text, 'it is not escaped as URIs are');
  }
  if (/\p{C}/u.test(plain)) throw badUri(text, 'it contains a character that cannot be seen');
  return plain;
}

const SHOWN_MAX = 120;
const shorten = (text: string) => (text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);

function badUri(text: string, why: string): BackendError {
  // Whatever its shape: before the last "@" there may be a password.
  const at = text.lastIndexOf('@');
  const shown = at === -1 ? text : `${/^[a-z0-9+]*:\/\//i.exec(text)?.[0] ?? ''}…${text.slice(at)}`;
  return new BackendError('bad-uri', `“${shorten(shown).replace(/\p{C}/gu, '\uFFFD')}” is no libvirt address: ${why}.`);
}
