import { GiB } from '#model/quantity';
import type { Choice } from '#model/hardware-field';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withAttributesAt, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, customField, plain, textField, type TextSaying } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { isContainer } from '../../hardware-context.ts';

export const typeOf = (share: XmlElement): string => attribute(share, 'type') ?? 'mount';

const containerTypes: readonly Choice[] = [
  choice('mount', 'Folder of the host'),
  choice('file', 'Image file of the host', 'The host opens the file system in it by a loop or NBD device.'),
  choice('block', 'Device of the host', 'With a file system on it.'),
  choice('ram', 'Memory', 'Empty at each start.'),
  choice('bind', 'Folder of the container', 'Shown at a second place.'),
];

/** Where each type has its source. https://libvirt.org/formatdomain.html#filesystems */
const sources: Readonly<Record<string, string>> = {
  mount: 'dir',
  bind: 'dir',
  file: 'file',
  block: 'dev',
  template: 'name',
  volume: 'volume',
};

export const typeField: BoundField = {
  ...customField(
    (context) =>
      choiceField('type', { label: 'Source', choices: isContainer(context) ? containerTypes : containerTypes.slice(0, 1) }, context),
    {
      read: typeOf,
      write: (share, value) => {
        if (typeof value !== 'string' || value === typeOf(share)) return share;
        return withChild(withAttributes(share, { type: value }), 'source', () => null);
      },
    },
  ),
  fits: isContainer,
};

function sourceField(key: string, types: readonly string[], saying: Omit<TextSaying, 'when'>): BoundField {
  const name = (share: XmlElement) => (types.includes(typeOf(share)) ? (sources[typeOf(share)] ?? null) : null);
  return customField(
    (context) =>
      textField(key, { ...saying, when: [{ field: 'type', is: isContainer(context) ? [...types] : [null, ...types] }] }, context),
    {
      read: (share) => {
        const place = name(share);
        return place === null ? null : attribute(child(share, 'source'), place);
      },
      write: (share, value) => {
        const place = name(share);
        if (place === null) return share;
        return withAttributesAt(share, ['source'], { [place]: typeof value === 'string' && value !== '' ? value : null });
      },
    },
  );
}

const absolute = { source: String.raw`/[^\p{Cc}]*`, says: 'A path, beginning with a slash.' };

const units: ReadonlyMap<string, number> = new Map(
  Object.entries({
    b: 1,
    bytes: 1,
    k: 1024,
    KiB: 1024,
    KB: 1000,
    M: 1024 ** 2,
    MiB: 1024 ** 2,
    MB: 1e6,
    G: GiB,
    GiB,
    GB: 1e9,
  }),
);

/** Of memory, libvirt counts in KiB where no unit is said. */
const memoryField: BoundField = {
  ...customField(
    (context) => ({
      ...plain(
        'usage',
        { label: 'Size', help: 'What it takes of the host’s memory at most.', when: [{ field: 'type', is: ['ram'] }] },
        context,
      ),
      kind: 'size',
      min: 1024,
      max: 1024 * GiB,
    }),
    {
      read: (share) => {
        const source = typeOf(share) === 'ram' ? child(share, 'source') : null;
        const usage = attribute(source, 'usage');
        const bytes = Number(usage) * (units.get(attribute(source, 'units') ?? 'KiB') ?? 1024);
        return usage === null || !Number.isFinite(bytes) ? null : bytes;
      },
      write: (share, value) => {
        if (typeOf(share) !== 'ram' || typeof value !== 'number') return share;
        const usage = { usage: Math.ceil(value / 1024), units: 'KiB' };
        return withChild(share, 'source', (source) => withAttributes(source ?? element('source'), usage));
      },
    },
  ),
  fits: isContainer,
};

export const sourceFields: readonly BoundField[] = [
  typeField,
  sourceField('path', ['mount', 'bind'], {
    label: 'Folder',
    help: 'Its path on the host. All in it can be read, and unless it is read-only also changed, from inside of the guest.',
    maxLength: 4096,
    pattern: absolute,
    picks: 'folder',
  }),
  { ...sourceField('file', ['file'], { label: 'Image file', maxLength: 4096, pattern: absolute, picks: 'disk' }), fits: isContainer },
  { ...sourceField('device', ['block'], { label: 'Device', maxLength: 4096, pattern: absolute }), fits: isContainer },
  memoryField,
];
