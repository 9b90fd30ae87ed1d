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
}

/** An operating system as one file of osinfo-db has it, in the untranslated names. */
export interface OsRecord {
  readonly id: string;
  name: string;
  family: string | null;
  /** As 2021-08-14; '' where it is not known. */
  released: string;
  /** What it is a clone of or derives from. */
  readonly parents: string[];
  readonly media: MediaPattern[];
  readonly resources: Resources[];
  readonly variants: Map<string, string>;
  /** Device id to whether it is supported. */
  readonly devices: Map<string, boolean>;
}

const DEPTH_MAX = 64;

/**
 * Reads the systems of one file (osinfo-db's schema osinfo.rng). Streaming, since of a file's thousands of translated nodes a few dozen matter.
 * Throws an Error for what is not well-formed, has a DOCTYPE or is nested more than 64 deep.
 */
export function parseOsinfo(source: string): OsRecord[] {
  const parser = new SaxesParser();
  const records: OsRecord[] = [];
  const trail: string[] = [];
  let os: OsRecord | null = null;
  let media: MediaPattern | null = null;
  let resources: Resources | null = null;
  let variant = '';
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
    const id = attributes['id'] ?? '';
    const arch = attributes['arch'] ?? 'all';
    const where = trail.join('/');
    if (where === 'libosinfo/os') {
      os = { id, name: '', family: null, released: '', parents: [], media: [], resources: [], variants: new Map(), devices: new Map() };
      records.push(os);
    }
    if (os === null) return;
    switch (where) {
      case 'libosinfo/os/clones':
      case 'libosinfo/os/derives-from':
        os.parents.push(id);
        break;
      case 'libosinfo/os/devices/device':
        os.devices.set(id, attributes['supported'] !== 'false');
        break;
      case 'libosinfo/os/variant':
        variant = id;
        break;
      case 'libosinfo/os/resources':
        resources = { arch, minimum: noAmounts(), recommended: noAmounts() };
        os.resources.push(resources);
        break;
      case 'libosinfo/os/media':
        media = { arch, variants: [], volumeId: null, systemId: null, publisherId: null, applicationId: null, size: null };
        break;
      case 'libosinfo/os/media/variant':
        media?.variants.push(id);
        break;
      case 'libosinfo/os/media/iso':
        // A medium without ISO patterns is one to download, and would match everything.
        if (media !== null) os.media.push(media);
        break;
      default:
    }
  });
  parser.on('text', (value) => {
    text += value;
  });
  parser.on('closetag', () => {
    const where = trail.join('/').replace(/^libosinfo\/os\//, '');
    trail.pop();
    const value = text.trim();
    text = '';
    if (os === null || value === '' || translated) return;
    if (where === 'name') os.name ||= value;
    if (where === 'family') os.family ??= value;
    if (where === 'release-date') os.released ||= value;
    if (where === 'variant/name' && !os.variants.has(variant)) os.variants.set(variant, value);
    if (media !== null && where.startsWith('media/iso/')) setPattern(media, where.slice('media/iso/'.length), value);
    if (resources !== null && where.startsWith('resources/')) setAmount(resources, where.slice('resources/'.length), value);
  });
  parser.write(source).close();
  return records.filter((record) => record.id !== '');
}

function noAmounts(): Amounts {
  return { memory: null, vcpus: null, disk: null };
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
  const amounts = kind === 'minimum' ? resources.minimum : kind === 'recommended' ? resources.recommended : null;
  if (amounts === null) return;
  if (field === 'ram') amounts.memory = amount;
  if (field === 'n-cpus') amounts.vcpus = amount;
  if (field === 'storage') amounts.disk = amount;
}
