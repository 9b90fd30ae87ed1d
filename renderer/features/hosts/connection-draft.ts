import type { AddressWish, FileChoice, HostWish } from '#contract/hosts';
import type { Host } from '#model/host';
import { HostName, Port, UserName, type HostAddress, type LibvirtDriver } from '#model/host-address';

export const kinds = ['system', 'session', 'ssh', 'tls', 'tcp', 'uri'] as const;
/** Where a host is and how it is reached, as the form asks for it. */
export type ConnectionKind = (typeof kinds)[number];
export type Scope = 'system' | 'session';

/** A file as the form shows it: only main knows where it is. */
export type ChosenFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'kept'; readonly name: string }
  | { readonly kind: 'chosen'; readonly token: string; readonly name: string };

/** What was entered so far, as it was entered. A field that its kind does not ask for is kept: who tries another kind may come back. */
export interface ConnectionDraft {
  readonly kind: ConnectionKind;
  readonly driver: LibvirtDriver;
  readonly scope: Scope;
  readonly host: string;
  readonly user: string;
  readonly port: string;
  readonly keyFile: ChosenFile;
  readonly certificates: ChosenFile;
  readonly uri: string;
  /** Null: as suggested. */
  readonly name: string | null;
  readonly autoconnect: boolean;
  readonly readOnly: boolean;
}
export type DraftField = 'host' | 'user' | 'port' | 'uri' | 'name';
export type Problems = Readonly<Partial<Record<DraftField, string>>>;

export const emptyDraft: ConnectionDraft = {
  kind: 'system',
  driver: 'qemu',
  scope: 'system',
  host: '',
  user: '',
  port: '',
  keyFile: { kind: 'none' },
  certificates: { kind: 'none' },
  uri: '',
  name: null,
  autoconnect: true,
  readOnly: false,
};

// https://libvirt.org/remote.html, https://www.iana.org/assignments/service-names-port-numbers
export const defaultPorts = { ssh: 22, tls: 16_514, tcp: 16_509 } as const;

/** Which daemons a hypervisor has, the usual one first (https://libvirt.org/drivers.html). */
export const scopesOf = (driver: LibvirtDriver): readonly Scope[] =>
  driver === 'qemu' || driver === 'ch' ? ['system', 'session'] : driver === 'vbox' ? ['session'] : ['system'];

export const isRemote = (kind: ConnectionKind): kind is keyof typeof defaultPorts => kind in defaultPorts;

/** The draft of a host that there is. */
export function draftOf({ name, autoconnect, readOnly, address }: Host): ConnectionDraft {
  return { ...emptyDraft, ...fieldsOf(address), name, autoconnect, readOnly };
}

function fieldsOf(address: HostAddress): Partial<ConnectionDraft> {
  switch (address.road) {
    case 'local':
      return { kind: address.scope, driver: address.driver };
    case 'ssh': {
      const { driver, scope, host, user, keyFile } = address;
      return { kind: 'ssh', driver, scope, host, user: user ?? '', port: textOf(address.port), keyFile: kept(keyFile) };
    }
    case 'tls': {
      const { driver, host, certificates } = address;
      return { kind: 'tls', driver, host, port: textOf(address.port), certificates: kept(certificates) };
    }
    case 'tcp':
      return { kind: 'tcp', driver: address.driver, host: address.host, port: textOf(address.port) };
    case 'uri':
      break;
  }
  return { kind: 'uri', uri: address.uri };
}

const textOf = (port: number | null): string => (port === null ? '' : `${port}`);
const kept = (path: string | null): ChosenFile =>
  path === null ? { kind: 'none' } : { kind: 'kept', name: path.replace(/^.*\/(?=[^/])/, '') };

/** Another kind, with a hypervisor and a daemon that it can have. */
export function withKind(draft: ConnectionDraft, kind: ConnectionKind): ConnectionDraft {
  // A port is the other road's; kept, it would lead to nowhere.
  const port = draft.kind !== kind && isRemote(draft.kind) ? '' : draft.port;
  const fits = kind !== 'system' && kind !== 'session' ? true : scopesOf(draft.driver).includes(kind);
  return { ...draft, kind, port, driver: fits ? draft.driver : 'qemu' };
}

export function withDriver(draft: ConnectionDraft, driver: LibvirtDriver): ConnectionDraft {
  const scopes = scopesOf(driver);
  return { ...draft, driver, scope: scopes.includes(draft.scope) ? draft.scope : (scopes[0] ?? 'system') };
}

/** What is wrong with what was entered, in words. The contract's schemas decide. */
export function problemsOf(draft: ConnectionDraft): Problems {
  const found: Partial<Record<DraftField, string>> = {};
  if (isRemote(draft.kind)) {
    const host = hostProblem(draft.host.trim());
    if (host !== null) found.host = host;
    if (portOf(draft) === undefined) found.port = 'A port is a number from 1 to 65535.';
  }
  if (draft.kind === 'ssh' && draft.user.trim() !== '' && !UserName.safeParse(draft.user.trim()).success) {
    found.user = 'A user name has no spaces and none of @ : / ? # % \\ and quotes, and does not begin with “-”.';
  }
  if (draft.kind === 'uri') {
    const uri = uriProblem(draft.uri.trim());
    if (uri !== null) found.uri = uri;
  }
  if (nameOf(draft).length > 256) found.name = 'A name has at most 256 characters.';
  return found;
}

function hostProblem(host: string): string | null {
  if (host === '') return 'Enter the name or the address of the host.';
  if (HostName.safeParse(host).success) return null;
  if (host.includes('@')) return 'The user has a field of its own.';
  if (host.includes('/')) return 'Enter the name only. A whole address belongs under “libvirt address”.';
  if (host.includes('[')) return 'An IPv6 address is written without brackets here.';
  if (host.length > 253) return 'A host’s name has at most 253 characters.';
  return 'A host’s name has letters, digits, dots and dashes, and begins with a letter or a digit.';
}

function uriProblem(uri: string): string | null {
  if (uri === '') return 'Enter an address, as qemu+ssh://ada@attic/system.';
  if (uri.length > 4096) return 'An address has at most 4096 characters.';
  if (/[\s\p{Cc}]/u.test(uri)) return 'An address has no spaces: write %20.';
  // Without a scheme: an alias of the person's libvirt.conf.
  return /^(?:[a-z][a-z0-9.+-]*:\/\/.|[\w-]+$)/i.test(uri)
    ? null
    : 'An address begins with the hypervisor, as qemu:///system or qemu+ssh://ada@attic/system.';
}

/** Null: the usual port. Undefined: what was entered is none. */
function portOf({ port }: ConnectionDraft): number | null | undefined {
  if (port.trim() === '') return null;
  return /^\d{1,5}$/.test(port.trim()) ? Port.safeParse(Number(port)).data : undefined;
}

const choiceOf = (file: ChosenFile): FileChoice => (file.kind === 'chosen' ? { kind: 'chosen', token: file.token } : { kind: file.kind });

/** One’s own guests are one’s own to change: a session has no lesser way in. */
export const canLookOnly = ({ kind }: Pick<ConnectionDraft, 'kind'>): boolean => kind !== 'session';
export const looksOnly = (draft: ConnectionDraft): boolean => draft.readOnly && canLookOnly(draft);

/** What to tell main; null while something is wrong. */
export function addressOf(draft: ConnectionDraft): AddressWish | null {
  const port = portOf(draft);
  const { host: _host, user: _user, port: _port, uri: _uri } = problemsOf(draft);
  if ((_host ?? _user ?? _port ?? _uri) !== undefined || port === undefined) return null;
  const { kind, driver, scope } = draft;
  const host = draft.host.trim();
  const user = draft.user.trim() === '' ? null : draft.user.trim();
  switch (kind) {
    case 'system':
    case 'session':
      return { road: 'local', driver, scope: kind };
    case 'ssh':
      return { road: 'ssh', driver, scope, host, user, port, keyFile: choiceOf(draft.keyFile) };
    case 'tls':
      return { road: 'tls', driver, host, port, certificates: choiceOf(draft.certificates) };
    case 'tcp':
      return { road: 'tcp', driver, host, port };
    case 'uri':
      break;
  }
  return { road: 'uri', uri: draft.uri.trim() };
}

export function wishOf(draft: ConnectionDraft): HostWish | null {
  const address = addressOf(draft);
  if (address === null || problemsOf(draft).name !== undefined) return null;
  return { name: nameOf(draft), autoconnect: draft.autoconnect, readOnly: looksOnly(draft), address };
}

/** The name that was entered, or else one that says where the host is. */
export const nameOf = (draft: ConnectionDraft): string => (draft.name?.trim() || suggestedName(draft)).slice(0, 1024);

export function suggestedName({ kind, host, uri }: ConnectionDraft): string {
  switch (kind) {
    case 'system':
      return 'This computer';
    case 'session':
      return 'My session';
    case 'ssh':
    case 'tls':
    case 'tcp':
      return host.trim() || 'New host';
    case 'uri':
      break;
  }
  return /^[^:]+:\/\/(?:[^@/]*@)?([^/:?#]+)/.exec(uri)?.[1] ?? 'This computer';
}

/** The address as libvirt writes it, with “…” where something is still to be entered. Files are left out: only main knows their paths. */
export function uriPreview(draft: ConnectionDraft): string {
  const { kind, driver } = draft;
  if (kind === 'uri') return draft.uri.trim() || '…';
  const path = (scope: Scope) => (driver === 'test' ? '/default' : `/${scope}`);
  if (!isRemote(kind)) return `${driver}://${path(kind)}`;
  const host = draft.host.trim() || '…';
  const user = kind === 'ssh' && draft.user.trim() !== '' ? `${draft.user.trim()}@` : '';
  const port = draft.port.trim() === '' ? '' : `:${draft.port.trim()}`;
  return `${driver}+${kind}://${user}${host.includes(':') ? `[${host}]` : host}${port}${path(kind === 'ssh' ? draft.scope : 'system')}`;
}
