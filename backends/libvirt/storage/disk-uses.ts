import { attribute, child, children, descendants, text, type XmlElement } from '../xml/document.ts';

/** Where a disk's bytes are. Only a file, or a volume that is one, is ever deleted with a guest. */
export type DiskSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'volume'; readonly pool: string; readonly volume: string }
  | { readonly kind: 'block'; readonly path: string }
  | { readonly kind: 'elsewhere'; readonly path: string };

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
        removable: ['cdrom', 'floppy'].includes(attribute(disk, 'device') ?? 'disk'),
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
  const name = attribute(source, 'name') ?? attribute(source, 'dir') ?? '';
  if (source === null || (name === '' && source.attributes.size === 0)) return null;
  return { kind: 'elsewhere', path: `${attribute(source, 'protocol') ?? type}:${name}` };
}

/** Everything on the host that a document (of a domain or of a snapshot of it) names: disks, their backing files, kernels, firmware. */
export function sourcesIn(document: XmlElement): DiskSource[] {
  // A running domain's document has the whole backing chain of each disk, a mirror of a copy under way, and external snapshots' files.
  const holders = [
    ...descendants(document, 'disk'),
    ...descendants(document, 'backingStore'),
    ...descendants(document, 'mirror'),
    ...descendants(document, 'dataStore'),
  ];
  const disks = holders.flatMap((holder) => sourceOf(holder) ?? []);
  const files = ['kernel', 'initrd', 'dtb', 'loader', 'nvram'].flatMap((name) => descendants(document, name).map(text));
  return [...disks, ...files.filter((path) => path !== '').map((path): DiskSource => ({ kind: 'file', path }))];
}
