import { HostName, LibvirtDriver, UserName } from '#model/host-address';
import type { HostAddress } from '#model/host-address';
import type { SavedHost } from '#model/host';
import { type LibvirtUri, parseLibvirtUri } from '../backends/libvirt/transport/uri.ts';

/** The libvirt URI (https://libvirt.org/uri.html) for what a person entered. */
export function uriOf(address: HostAddress): string {
  if (address.road === 'uri') return address.uri;
  if (address.road === 'local') return `${address.driver}://${pathOf(address.driver, address.scope)}`;
  if (address.road === 'ssh') {
    const user = address.user === null ? '' : `${encodeURIComponent(address.user)}@`;
    const path = pathOf(address.driver, address.scope);
    return `${address.driver}+ssh://${user}${authority(address)}${path}${query('keyfile', address.keyFile)}`;
  }
  const certificates = address.road === 'tls' ? query('pkipath', address.certificates) : '';
  return `${address.driver}+${address.road}://${authority(address)}${pathOf(address.driver, 'system')}${certificates}`;
}

/** Null for an address of another family than libvirt's: what may be in it is its own backend's business. Throws 'bad-uri' or 'unsupported'. */
export function libvirtUri(text: string): LibvirtUri | null {
  const scheme = /^[a-z][a-z0-9]*/i.exec(text)?.[0].toLowerCase();
  return LibvirtDriver.safeParse(scheme).success ? parseLibvirtUri(text) : null;
}

/** A typed URI as the form that can say all of it; 'uri' where none can. Throws as libvirtUri does. */
export function addressOf(text: string): HostAddress {
  const typed: HostAddress = { road: 'uri', uri: text };
  const uri = libvirtUri(text);
  const address = uri === null ? null : formOf(uri);
  return address !== null && canonicalUri(uriOf(address)) === canonicalUri(text) ? address : typed;
}

/** The same text for all addresses that lead to the same daemon in the same way. Throws as libvirtUri does. */
export function canonicalUri(text: string): string {
  const uri = libvirtUri(text);
  if (uri === null) return text;
  const { driver, transport, user, host, port, parameters, name } = uri;
  const told = [...parameters].filter(([key]) => key !== 'name').sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([driver, transport, user, host?.toLowerCase() ?? null, port ?? defaultPorts.get(transport) ?? null, name, told]);
}

const defaultPorts: ReadonlyMap<LibvirtUri['transport'], number> = new Map([
  ['tls', 16_514],
  ['tcp', 16_509],
]);

/** libvirt's mock has one world, which is in no scope; any other path of it is a file that the daemon reads. */
function pathOf(driver: LibvirtDriver, scope: 'system' | 'session'): string {
  return driver === 'test' ? '/default' : `/${scope}`;
}

function authority({ host, port }: { host: string; port: number | null }): string {
  return `${host.includes(':') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`;
}

function query(key: string, value: string | null): string {
  return value === null ? '' : `?${key}=${encodeURIComponent(value)}`;
}

function formOf({ driver, transport, user, host, port, path, parameters }: LibvirtUri): HostAddress | null {
  const scope = path === '/session' ? 'session' : 'system';
  if (transport === 'unix') return { road: 'local', driver, scope };
  const name = HostName.safeParse(host).data;
  if (name === undefined) return null;
  if (transport === 'tcp') return { road: 'tcp', driver, host: name, port };
  if (transport === 'tls') return { road: 'tls', driver, host: name, port, certificates: parameters.get('pkipath') ?? null };
  if (transport !== 'ssh' || (user !== null && !UserName.safeParse(user).success)) return null;
  return { road: 'ssh', driver, scope, host: name, user, port, keyFile: parameters.get('keyfile') ?? null };
}

/** The address in a word, for a host that has no name yet. */
export function placeOf(address: HostAddress): string {
  if (address.road === 'local') return 'This computer';
  if (address.road !== 'uri') return address.host;
  if (address.uri.trim() === '') return 'The default of libvirt';
  const uri = libvirtUri(address.uri);
  return uri === null ? address.uri : (uri.host ?? 'This computer');
}

/** For questions: the name that a person gave it, and its address, which no name can hide and no two hosts share. No password can be in one. */
export function hostWords({ name, address }: Pick<SavedHost, 'name' | 'address'>): string {
  const uri = uriOf(address);
  const place = uri === 'qemu:///system' || uri.trim() === '' ? placeOf(address) : uri;
  return name === place ? name : `${name} (${place})`;
}
