import type { UseKind } from '#model/storage-use';
import { attribute, child, children, descendants, text, type XmlElement } from '../xml/document.ts';

/** Where a disk's bytes are. Only what is a volume of a pool is ever deleted with a guest. */
export type DiskSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'volume'; readonly pool: string; readonly volume: string }
  | { readonly kind: 'block'; readonly path: string }
  /** Not on the host: "rbd:pool/image", of whichever of these servers. */
  | { readonly kind: 'elsewhere'; readonly path: string; readonly servers: readonly string[] };

export interface DomainDisk {
  readonly target: string;
  readonly removable: boolean;
  readonly readOnly: boolean;
  readonly shareable: boolean;
  readonly source: DiskSource;
}

/** The disks of a domain's document that hold something. */
export function disksIn(domain: XmlElement): DomainDisk[] {
  return children(child(domain, 'devices'), 'disk').flatMap((disk) => {
    const source = sourceOf(disk);
    if (source === null) return [];
    return [
      {
        target: attribute(child(disk, 'target'), 'dev') ?? '',
        removable: isRemovable(disk),
        readOnly: child(disk, 'readonly') !== null,
        shareable: child(disk, 'shareable') !== null,
        source,
      },
    ];
  });
}

function sourceOf(disk: XmlElement): DiskSource | null {
  const source = child(disk, 'source');
  const file = attribute(source, 'file');
  if (file !== null) return { kind: 'file', path: file };
  const pool = attribute(source, 'pool');
  const volume = attribute(source, 'volume');
  if (pool !== null && volume !== null) return { kind: 'volume', pool, volume };
  const device = attribute(source, 'dev');
  if (device !== null) return { kind: 'block', path: device };
  const type = attribute(disk, 'type') ?? '';
  const name = attribute(source, 'name') ?? attribute(source, 'dir') ?? placeOf(source);
  if (source === null || (name === '' && source.attributes.size === 0)) return null;
  return { kind: 'elsewhere', path: `${attribute(source, 'protocol') ?? type}:${name}`, servers: serversOf(source) };
}

/** That a disk, or a pool, is reached by. */
export const serversOf = (source: XmlElement | null): string[] => children(source, 'host').flatMap((host) => attribute(host, 'name') ?? []);
/** What tells one without a name from another: an NVMe controller's address and its namespace, a server and its port, a socket; '' where nothing does. */
function placeOf(source: XmlElement | null): string {
  const controller = child(source, 'address');
  const [domain, bus, slot, fn] = ['domain', 'bus', 'slot', 'function'].map((part) =>
    Number(attribute(controller, part) ?? 0).toString(16),
  );
  const pci = controller === null ? [] : [`${domain}:${bus}:${slot}.${fn}`, attribute(source, 'namespace') ?? ''];
  const servers = children(source, 'host').map((host) =>
    ['name', 'port', 'socket'].flatMap((part) => attribute(host, part) ?? []).join(':'),
  );
  return [...pci, ...servers, ...(attribute(source, 'path') === null ? [] : [attribute(source, 'path')])].join('/');
}

/** A source, and as what a document names it. */
export type NamedSource = DiskSource & { readonly use: UseKind };

/** Everything on the host that a domain's document names: disks, their backing files, kernels, firmware. Of a snapshot's all is 'snapshot'. */
export function sourcesIn(document: XmlElement): NamedSource[] {
  const within = (name: string) => descendants(document, name);
  // A running domain's document has the whole backing chain of each disk, a mirror of a copy under way, and external snapshots' files.
  const bases = ['backingStore', 'mirror', 'dataStore'].flatMap(within);
  const files = ['kernel', 'initrd', 'dtb', 'loader', 'nvram'].flatMap((name) => within(name).map(text));
  const named: NamedSource[] = [
    ...within('disk').flatMap((disk) => namedBy(disk, isRemovable(disk) ? 'medium' : 'disk')),
    ...within('filesystem').flatMap((system) => (ON_DEVICES.has(attribute(system, 'type') ?? '') ? namedBy(system, 'disk') : [])),
    ...within('hostdev').flatMap(givenDevice),
    ...bases.flatMap((base) => namedBy(base, 'base')),
    ...files.filter((path) => path !== '').map((path): NamedSource => ({ kind: 'file', path, use: 'boot' })),
  ];
  return document.name === 'domainsnapshot' ? named.map((source) => ({ ...source, use: 'snapshot' as const })) : named;
}

/** File systems of containers that lie in an image or on a device (libvirt: docs/formatdomain.rst, "Filesystems"). */
const ON_DEVICES: ReadonlySet<string> = new Set(['file', 'block']);

/** A disk that a container is given as it is: "Host device capabilities" there. */
function givenDevice(hostdev: XmlElement): NamedSource[] {
  const device = child(child(hostdev, 'source'), 'block');
  return attribute(hostdev, 'mode') !== 'capabilities' || device === null ? [] : [{ kind: 'block', path: text(device), use: 'disk' }];
}

function namedBy(holder: XmlElement, use: UseKind): NamedSource[] {
  const source = sourceOf(holder);
  return source === null ? [] : [{ ...source, use }];
}

/** A name that a path of a host could not have is no path. */
const PATH_MAX = 4096;

/** All values in it that are absolute paths, some of them the guest's own: whoever wants to be sure that something is not named. */
export function pathsIn(document: XmlElement): string[] {
  const found = new Set<string>();
  const visit = (element: XmlElement) => {
    for (const value of [...element.attributes.values(), text(element)]) {
      if (value.startsWith('/') && value.length <= PATH_MAX) found.add(value);
    }
    for (const inner of children(element)) visit(inner);
  };
  visit(document);
  return [...found];
}

/** The folders that it shares with its host. Who may only read all of the host, as our own helpers, shares nothing of it in particular. */
export function sharesIn(document: XmlElement): string[] {
  return descendants(document, 'filesystem').flatMap((filesystem) => {
    const dir = attribute(child(filesystem, 'source'), 'dir');
    return dir === null || (dir === '/' && child(filesystem, 'readonly') !== null) ? [] : [dir];
  });
}

const isRemovable = (disk: XmlElement) => ['cdrom', 'floppy'].includes(attribute(disk, 'device') ?? 'disk');
