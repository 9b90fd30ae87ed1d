import { setImmediate as turn } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { type InstalledApplication, type InstalledSystem, inspectionLimits } from '#model/inspection';
import { BackendError } from '../../errors.ts';

const { systems: SYSTEMS, applications: APPLICATIONS, word: WORD, summary: SUMMARY } = inspectionLimits;
const MOUNTS = 64;
const DEPTH = 16;
/** Read at once, in characters: main has other things to do in between. */
const PIECE = 256 * 1024;

const unreadable = (reason: string, cause?: unknown) =>
  new BackendError('protocol', 'What virt-inspector has found could not be read.', { reason, cause });

/** Text of the elements below one, by their names; the first of each. */
type Facts = Map<string, string>;

/**
 * What virt-inspector(1) says ("XML FORMAT", virt-inspector.rng). The words in it are the guest's: each is cut, and what is beyond the limits
 * is dropped while it is read. Rejects with 'protocol'.
 */
export async function readInspection(source: string): Promise<InstalledSystem[]> {
  const reader = new Reader();
  for (let at = 0; at < source.length; at += PIECE) {
    reader.write(source.slice(at, at + PIECE));
    await turn();
  }
  return reader.end();
}

class Reader {
  readonly #parser = new SaxesParser({});
  readonly #path: string[] = [];
  readonly #systems: InstalledSystem[] = [];
  #text = '';
  #device = '';
  #system: Facts = new Map();
  #application: Facts = new Map();
  #applications: InstalledApplication[] = [];
  #mounts: { path: string; device: string }[] = [];
  /** By device. */
  #filesystems: Facts = new Map();
  #cut = false;

  constructor() {
    const parser = this.#parser;
    parser.on('error', (error) => {
      throw unreadable(error.message, error);
    });
    parser.on('doctype', () => {
      throw unreadable('The document has a DOCTYPE.');
    });
    parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes['dev'] ?? ''));
    parser.on('text', (text) => {
      if (this.#text.length < SUMMARY) this.#text += text.slice(0, SUMMARY);
    });
    parser.on('closetag', () => this.#close());
  }

  write(piece: string): void {
    this.#parser.write(piece);
  }

  end(): InstalledSystem[] {
    this.#parser.close();
    return this.#systems;
  }

  #open(name: string, device: string): void {
    if (this.#path.length >= DEPTH) throw unreadable('Its elements are nested too deeply.');
    this.#path.push(name);
    this.#text = '';
    if (name === 'mountpoint' || name === 'filesystem') this.#device = device;
    if (name === 'application') this.#application = new Map();
    if (this.#at() === 'operatingsystems/operatingsystem') this.#begin();
  }

  #begin(): void {
    this.#system = new Map();
    this.#applications = [];
    this.#mounts = [];
    this.#filesystems = new Map();
    this.#cut = false;
  }

  #close(): void {
    const name = this.#path.at(-1) ?? '';
    const parent = this.#path.at(-2);
    const text = this.#text.trim();
    if (this.#at() === 'operatingsystems/operatingsystem') this.#finish();
    else if (name === 'application') this.#install();
    else if (parent === 'application') keep(this.#application, name, text);
    else if (name === 'mountpoint' && this.#mounts.length < MOUNTS) this.#mounts.push({ path: short(text), device: short(this.#device) });
    else if (parent === 'filesystem' && name === 'type' && this.#filesystems.size < MOUNTS) keep(this.#filesystems, this.#device, text);
    else if (parent === 'operatingsystem') keep(this.#system, name, text);
    this.#path.pop();
    this.#text = '';
  }

  #at(): string {
    return this.#path.join('/');
  }

  #install(): void {
    if (this.#applications.length >= APPLICATIONS) {
      this.#cut = true;
      return;
    }
    const of = this.#application;
    const name = of.get('display_name') ?? of.get('name') ?? '';
    if (name === '') return;
    const epoch = Number(of.get('epoch') ?? 0) > 0 ? `${of.get('epoch')}:` : '';
    const release = of.has('release') ? `-${of.get('release')}` : '';
    this.#applications.push({
      name: short(name),
      version: short(`${epoch}${of.get('version') ?? ''}${release}`),
      arch: word(of, 'arch'),
      publisher: word(of, 'publisher'),
      summary: (of.get('summary') ?? of.get('description') ?? '').slice(0, SUMMARY) || null,
    });
  }

  #finish(): void {
    if (this.#systems.length >= SYSTEMS) return;
    const of = this.#system;
    const version = [of.get('major_version'), of.get('minor_version')].filter((part) => part !== undefined && part !== '').join('.');
    this.#systems.push({
      name: nameOf(of, version),
      shortId: word(of, 'osinfo'),
      version: short(version) || null,
      hostname: word(of, 'hostname'),
      arch: word(of, 'arch'),
      packages: word(of, 'package_format'),
      mounts: this.#mounts.map(({ path, device }) => ({ path, device, filesystem: word(this.#filesystems, device) })),
      applications: this.#applications,
      cut: this.#cut,
    });
  }
}

/** A product's name is a version alone where the guest has no more to say: Debian's of its /etc/debian_version. */
function nameOf(of: Facts, version: string): string {
  const product = of.get('product_name') ?? '';
  if (/\p{L}{2}/u.test(product)) return short(product);
  return short([of.get('distro') || of.get('name') || 'unknown', product || version].filter((part) => part !== '').join(' '));
}

function keep(facts: Facts, name: string, text: string): void {
  if (!facts.has(name) && facts.size < MOUNTS) facts.set(name, text);
}

const short = (text: string): string => text.slice(0, WORD);
const word = (facts: Facts, name: string): string | null => short(facts.get(name) ?? '') || null;
