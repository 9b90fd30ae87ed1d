import { SaxesParser } from 'saxes';
import { VolumeName } from '#model/storage';
import { VolumeFormat, type VolumeSpec } from '#model/volume-spec';
import type { NamedThing, VolumeText } from '#model/volume-text';
import { BackendError } from '../errors.ts';
import type { VolumeKeeping } from '../volume-keeping.ts';
import type { VolumeTexts } from '../volume-texts.ts';

interface Surroundings {
  readonly make: VolumeKeeping['make'];
  /** Throws 'exists', 'not-found' or 'pool-inactive'. */
  readonly requireFree: (pool: string, name: string) => void;
}

/** Volumes by definitions, as far as a fake volume has what they say. */
export function fakeVolumeTexts({ make, requireFree }: Surroundings): VolumeTexts {
  const judged = ({ pool, text, passphrase }: VolumeText) => {
    const found = factsIn(text);
    const name = VolumeName.safeParse(found.get('name') ?? '');
    if (!name.success) throw invalid('The <name> is none that a volume can have.');
    const encrypted = found.has('target/encryption');
    const secret = found.has('target/encryption/secret');
    if (encrypted && !secret && passphrase === null) throw invalid('Its <encryption> has no passphrase.');
    if (passphrase !== null && (!encrypted || secret)) throw invalid('It has no <encryption> for the passphrase of the form.');
    const capacity = Number(found.get('capacity') ?? Number.NaN);
    if (!Number.isSafeInteger(capacity)) throw invalid('missing capacity element');
    requireFree(pool, name.data);
    const path = found.get('backingStore/path') ?? null;
    const format = VolumeFormat.nullable().parse(found.get('target/format@type') ?? null);
    const backing = path === null ? null : { path, format: VolumeFormat.parse(found.get('backingStore/format@type') ?? 'raw') };
    const spec: VolumeSpec = { pool, name: name.data, format, capacity, preallocation: 'sparse', backing, passphrase };
    const names: NamedThing[] = [...found]
      .filter(([place, value]) => value !== '' && /permissions|secret@uuid/.test(place))
      .map(([place, value]) => ({ place, value }));
    return { spec, names };
  };
  return {
    write: async (spec) => definitionOf(spec),
    async outlook(wish) {
      const { spec, names } = judged(wish);
      return { name: spec.name, base: spec.backing?.path ?? null, names };
    },
    make: async (wish, operation) => make(judged(wish).spec, operation),
    commandFor: ({ pool, passphrase }, name) => (passphrase === null ? `fake vol-create ${pool} ${name}.xml` : null),
  };
}

function definitionOf({ name, capacity, format, backing, passphrase }: VolumeSpec): string {
  const lines = [
    '<volume>',
    `  <name>${escaped(name)}</name>`,
    `  <capacity unit="bytes">${capacity}</capacity>`,
    '  <target>',
    ...(format === null ? [] : [`    <format type="${format}"/>`]),
    ...(passphrase === null ? [] : ['    <encryption format="luks"/>']),
    '  </target>',
    ...(backing === null
      ? []
      : ['  <backingStore>', `    <path>${escaped(backing.path)}</path>`, `    <format type="${backing.format}"/>`, '  </backingStore>']),
    '</volume>',
  ];
  return `${lines.join('\n')}\n`;
}

/** Texts and attributes by their places: "target/format@type". Throws where the same place comes twice, or it is no volume. */
function factsIn(text: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  const open: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', ({ message }) => {
    throw new BackendError('invalid-definition', 'The definition is no XML that can be read.', { reason: message });
  });
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name);
    if (open[0] !== 'volume') throw invalid(`It is a <${name}>, not a <volume>.`);
    const place = open.slice(1).join('/');
    if (facts.has(place)) throw invalid(`<${name}> stands there twice.`);
    facts.set(place, '');
    for (const { name: key, value } of Object.values(attributes)) facts.set(`${place}@${key}`, value);
  });
  parser.on('text', (value) => {
    const place = open.slice(1).join('/');
    facts.set(place, (facts.get(place) ?? '') + value.trim());
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return facts;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const invalid = (reason: string) => new BackendError('invalid-definition', 'This is no definition of a new volume.', { reason });
