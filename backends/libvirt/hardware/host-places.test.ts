import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attribute, children, element, parseXml, text, type XmlElement } from '../xml/document.ts';
import { hostGrants } from './host-grants.ts';
import { knowsNothing } from '../../../test/fakes/unknowing-host.ts';
import { unreadElements, verdictOf } from './host-places.ts';

/** Of libvirt's client library, which every machine has that can run the tests. */
const SCHEMAS = '/usr/share/libvirt/schemas';
/** What a page would write to reach something of the host. */
const probes = ['etc/x', '/etc/x', 'evil.example', '10.0.0.1', 'evil:1'];

/** A place for words in the documents of a schema: the elements to it, and an attribute's name or null for the text. */
interface Place {
  readonly path: readonly string[];
  readonly attribute: string | null;
  /** Those of the probes that the schema lets stand there. */
  readonly takes: readonly string[];
}

function definesIn(file: string, known: Map<string, XmlElement[]>, read: Set<string>): Map<string, XmlElement[]> {
  if (read.has(file)) return known;
  read.add(file);
  const collect = (grammar: XmlElement): void => {
    for (const part of children(grammar)) {
      const name = part.name === 'start' ? 'start' : attribute(part, 'name');
      if (part.name === 'include') definesIn(attribute(part, 'href') ?? '', known, read);
      if (part.name === 'include' || part.name === 'div') collect(part);
      else if (name !== null) known.set(name, [...(known.get(name) ?? []), part]);
    }
  };
  collect(parseXml(readFileSync(join(SCHEMAS, file), 'utf8').replace(/<!DOCTYPE[^>]*>/, '')));
  return known;
}

/** Every place of a domain's definition in which words may stand that could name something. A path is not followed into itself. */
function openPlaces(): Place[] {
  const defines = definesIn('domain.rng', new Map(), new Set());
  const places = new Map<string, Place>();
  const taken = (pattern: XmlElement, seen: readonly string[] = []): string[] =>
    children(pattern).flatMap((one) => {
      switch (one.name) {
        case 'element':
        case 'attribute':
        case 'value':
          return [];
        case 'text':
          return probes;
        case 'data':
          return probes.filter((probe) => fits(one, probe));
        case 'ref': {
          const name = attribute(one, 'name') ?? '';
          return seen.includes(name) ? [] : (defines.get(name) ?? []).flatMap((define) => taken(define, [...seen, name]));
        }
        default:
          return taken(one, seen);
      }
    });
  const note = (path: readonly string[], name: string | null, takes: readonly string[]): void => {
    const key = `${path.join('/')}@${name ?? ''}`;
    if (takes.length > 0) places.set(key, { path, attribute: name, takes: [...new Set([...(places.get(key)?.takes ?? []), ...takes])] });
  };
  const walk = (pattern: XmlElement, path: readonly string[], seen: readonly string[]): void => {
    for (const one of children(pattern)) {
      const name = attribute(one, 'name');
      // In a namespace of libvirt's own: all of it is named whatever it says.
      if (one.attributes.has('ns') || path.length > 12) continue;
      if (one.name === 'element') {
        if (name === null) continue;
        note([...path, name], null, taken(one));
        walk(one, [...path, name], seen);
      } else if (one.name === 'attribute') {
        const inside = taken(one);
        if (name !== null) note(path, name, children(one).length === 0 ? probes : inside);
      } else if (one.name === 'ref') {
        if (name === null || seen.includes(name)) continue;
        for (const define of defines.get(name) ?? []) walk(define, path, [...seen, name]);
      } else walk(one, path, seen);
    }
  };
  for (const start of defines.get('start') ?? []) walk(start, [], []);
  return [...places.values()].filter(({ path }) => path[0] === 'domain' && !path.some((name) => unreadElements.has(name)));
}

function fits(data: XmlElement, probe: string): boolean {
  const type = attribute(data, 'type') ?? '';
  if (!['string', 'token', 'NCName', 'anyURI'].includes(type)) return false;
  const patterns = children(data).filter((param) => attribute(param, 'name') === 'pattern');
  return patterns.every((param) => new RegExp(`^(?:${text(param)})$`).test(probe));
}

const documentOf = ({ path, attribute: name }: Place, probe: string): XmlElement =>
  path.reduceRight<XmlElement | null>((inner, at) => {
    if (inner !== null) return element(at, {}, inner);
    return name === null ? element(at, {}, probe) : element(at, { [name]: probe });
  }, null) ?? element('domain');

const places = openPlaces();
const shown = ({ path, attribute: name }: Place) => `${path.join('/')}${name === null ? '' : `@${name}`}`;
const judged = places.map((place) => ({
  place,
  verdict: verdictOf(place.path.at(-2) ?? null, place.path.at(-1) ?? '', place.attribute),
}));

test('libvirt’s schema has been walked', () => {
  expect(places.length).toBeGreaterThan(300);
  expect(places.map(shown)).toContain('domain/devices/disk/source@file');
  expect(places.map(shown)).toContain('domain/devices/interface/backend@logFile');
});

test('every place in libvirt’s schema in which a path or an address may stand is judged, or named for looking like one', async () => {
  const overlooked: string[] = [];
  for (const { place, verdict } of judged) {
    if (verdict === 'nothing' || verdict === 'elsewhere') continue;
    for (const probe of place.takes) {
      const [named] = await hostGrants(element('domain'), documentOf(place, probe), knowsNothing);
      if (named === undefined) overlooked.push(`${shown(place)} = ${probe}`);
    }
  }
  expect(overlooked).toEqual([]);
});

test('a place that is judged to be nothing of the host takes no file or device by the schema’s own word', () => {
  const innocent = judged.filter(({ place, verdict }) => verdict === 'nothing' && place.attribute !== null);
  const suspicious = innocent.filter(({ place }) => /^(?:file|path|socket|evdev|tty|logFile)$/.test(place.attribute ?? ''));
  expect(suspicious.map(({ place }) => shown(place))).toEqual([]);
});
