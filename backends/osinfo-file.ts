import { SaxesParser } from 'saxes';

/** Patterns that recognise a medium; null ones match anything. */
export interface MediaPattern {
  readonly arch: string;
  readonly variants: string[];
  volumeId: string | null;
  systemId: string | null;
  publisherId: string | null;
  applicationId: string | null;
  size: number | null;
}

/** Bytes, except `vcpus`. */
export interface Amounts {
  memory: number | null;
  vcpus: number | null;
  disk: number | null;
}

export interface Resources {
  readonly arch: string;
  readonly minimum: Amounts;
  readonly recommended: Amounts;
  readonly maximum: Amounts;
}

/** Something to be fetched: an ISO to install from or to run, or the image of a disk. */
export interface Download {
  readonly kind: 'media' | 'image';
  readonly arch: string;
  readonly live: boolean;
  /** Of an image. */
  readonly format: string | null;
  readonly cloudInit: boolean;
  readonly variants: string[];
  url: string;
}

/** A folder on the web to install from. The patterns are for its own description (.treeinfo); null ones match anything. */
export interface Tree {
  readonly arch: string;
  readonly variants: string[];
  url: string;
  kernel: string | null;
  initrd: string | null;
  /** Has none of the patterns unless the database says that it has a description. */
  described: boolean;
  family: string | null;
  version: string | null;
  variant: string | null;
  treeArch: string | null;
}

export interface FirmwareSupport {
  readonly arch: string;
  /** efi, bios. */
  readonly type: string;
  readonly supported: boolean;
}

/** An operating system as one file of osinfo-db has it, in the untranslated names. */
export interface OsRecord {
  readonly id: string;
  name: string;
  shortId: string;
  version: string | null;
  vendor: string | null;
  distro: string | null;
  family: string | null;
  /** As 2021-08-14; '' where it is not known. */
  released: string;
  endsOfLife: string;
  /** released, prerelease, snapshot, rolling; '' where it is not said. */
  stage: string;
  /** What it is a clone of or derives from. */
  readonly parents: string[];
  readonly media: MediaPattern[];
  readonly resources: Resources[];
  readonly firmwares: FirmwareSupport[];
  readonly downloads: Download[];
  readonly trees: Tree[];
  /** Ids of what installs it without questions. */
  readonly scripts: Set<string>;
  readonly variants: Map<string, string>;
  /** Device id to whether it is supported. */
  readonly devices: Map<string, boolean>;
}

const DEPTH_MAX = 64;

/** What of a file is being read. */
interface Reading {
  os: OsRecord | null;
  media: MediaPattern | null;
  download: Download | null;
  tree: Tree | null;
  resources: Resources | null;
  variant: string;
}

type Attributes = Readonly<Record<string, string>>;

/**
 * Reads the systems of one file (osinfo-db's schema osinfo.rng). Streaming, since of a file's thousands of translated nodes a few dozen matter.
 * Throws an Error for what is not well-formed, has a DOCTYPE or is nested more than 64 deep.
 */
export function parseOsinfo(source: string): OsRecord[] {
  const parser = new SaxesParser();
  const records: OsRecord[] = [];
  const trail: string[] = [];
  const reading: Reading = { os: null, media: null, download: null, tree: null, resources: null, variant: '' };
  let translated = false;
  let text = '';

  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('DOCTYPE');
  });
  parser.on('opentag', ({ name, attributes }) => {
    trail.push(name);
    if (trail.length > DEPTH_MAX) throw new Error('nested too deep');
    text = '';
    translated = 'xml:lang' in attributes;
    const where = trail.join('/');
    if (where === 'libosinfo/os') {
      reading.os = newRecord(attributes['id'] ?? '');
      records.push(reading.os);
    } else if (reading.os !== null) open(reading, reading.os, where.replace(/^libosinfo\/os\//, ''), attributes);
  });
  parser.on('text', (value) => {
    text += value;
  });
  parser.on('closetag', () => {
    const where = trail.join('/').replace(/^libosinfo\/os\//, '');
    trail.pop();
    const value = text.trim();
    text = '';
    if (reading.os === null || value === '' || translated) return;
    close(reading, reading.os, where, value);
  });
  parser.write(source).close();
  return records.filter((record) => record.id !== '');
}

function newRecord(id: string): OsRecord {
  return {
    id,
    name: '',
    shortId: '',
    version: null,
    vendor: null,
    distro: null,
    family: null,
    released: '',
    endsOfLife: '',
    stage: '',
    parents: [],
    media: [],
    resources: [],
    firmwares: [],
    downloads: [],
    trees: [],
    scripts: new Set(),
    variants: new Map(),
    devices: new Map(),
  };
}

/** `where` below the system: media/variant. */
function open(reading: Reading, os: OsRecord, where: string, attributes: Attributes): void {
  const id = attributes['id'] ?? '';
  const arch = attributes['arch'] ?? 'all';
  switch (where) {
    case 'clones':
    case 'derives-from':
      os.parents.push(id);
      break;
    case 'devices/device':
      os.devices.set(id, attributes['supported'] !== 'false');
      break;
    case 'firmware':
      os.firmwares.push({ arch, type: attributes['type'] ?? '', supported: attributes['supported'] !== 'false' });
      break;
    case 'variant':
      reading.variant = id;
      break;
    case 'resources':
      reading.resources = { arch, minimum: noAmounts(), recommended: noAmounts(), maximum: noAmounts() };
      os.resources.push(reading.resources);
      break;
    case 'media':
    case 'image':
      reading.download = newDownload(where, arch, attributes);
      reading.media = { arch, variants: [], volumeId: null, systemId: null, publisherId: null, applicationId: null, size: null };
      break;
    case 'media/variant':
    case 'image/variant':
      reading.media?.variants.push(id);
      reading.download?.variants.push(id);
      break;
    case 'media/iso':
      // A medium without ISO patterns is one to download, and would match everything.
      if (reading.media !== null) os.media.push(reading.media);
      break;
    case 'tree':
      reading.tree = newTree(arch);
      os.trees.push(reading.tree);
      break;
    case 'tree/variant':
      reading.tree?.variants.push(id);
      break;
    case 'tree/treeinfo':
      if (reading.tree !== null) reading.tree.described = true;
      break;
    case 'installer/script':
    case 'media/installer/script':
      os.scripts.add(id);
      break;
    default:
  }
}

function close({ media, download, tree, resources, variant }: Reading, os: OsRecord, where: string, value: string): void {
  if (where === 'name') os.name ||= value;
  if (where === 'short-id') os.shortId ||= value;
  if (where === 'version') os.version ??= value;
  if (where === 'vendor') os.vendor ??= value;
  if (where === 'distro') os.distro ??= value;
  if (where === 'family') os.family ??= value;
  if (where === 'release-date') os.released ||= value;
  if (where === 'eol-date') os.endsOfLife ||= value;
  if (where === 'release-status') os.stage ||= value;
  if (where === 'variant/name' && !os.variants.has(variant)) os.variants.set(variant, value);
  if (download !== null && (where === 'media/url' || where === 'image/url')) {
    download.url = value;
    os.downloads.push(download);
  }
  if (tree !== null && where.startsWith('tree/')) setTree(tree, where.slice('tree/'.length), value);
  if (media !== null && where.startsWith('media/iso/')) setPattern(media, where.slice('media/iso/'.length), value);
  if (resources !== null && where.startsWith('resources/')) setAmount(resources, where.slice('resources/'.length), value);
}

function noAmounts(): Amounts {
  return { memory: null, vcpus: null, disk: null };
}

function newDownload(kind: 'media' | 'image', arch: string, attributes: Attributes): Download {
  return {
    kind,
    arch,
    live: attributes['live'] === 'true',
    format: kind === 'image' ? (attributes['format'] ?? null) : null,
    cloudInit: attributes['cloud-init'] === 'true',
    variants: [],
    url: '',
  };
}

function newTree(arch: string): Tree {
  const patterns = { family: null, version: null, variant: null, treeArch: null };
  return { arch, variants: [], url: '', kernel: null, initrd: null, described: false, ...patterns };
}

function setTree(tree: Tree, name: string, value: string): void {
  if (name === 'url') tree.url = value;
  if (name === 'kernel') tree.kernel = value;
  if (name === 'initrd') tree.initrd = value;
  if (name === 'treeinfo/family') tree.family = value;
  if (name === 'treeinfo/version') tree.version = value;
  if (name === 'treeinfo/variant') tree.variant = value;
  if (name === 'treeinfo/arch') tree.treeArch = value;
}

function setPattern(media: MediaPattern, name: string, value: string): void {
  if (name === 'volume-id') media.volumeId = value;
  if (name === 'system-id') media.systemId = value;
  if (name === 'publisher-id') media.publisherId = value;
  if (name === 'application-id') media.applicationId = value;
  if (name === 'volume-size') media.size = Number(value);
}

function setAmount(resources: Resources, name: string, value: string): void {
  const amount = Number(value);
  if (!Number.isSafeInteger(amount) || amount <= 0) return;
  const [kind, field] = name.split('/');
  if (kind !== 'minimum' && kind !== 'recommended' && kind !== 'maximum') return;
  const amounts = resources[kind];
  if (field === 'ram') amounts.memory = amount;
  if (field === 'n-cpus') amounts.vcpus = amount;
  if (field === 'storage') amounts.disk = amount;
}
