import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import { attribute, child, children, descendants, element, parseXml, path, serialize, text, textAt, xmlLimits } from './document.ts';

const source = `<?xml version="1.0"?>
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <!-- kept -->
  <name>a &amp; b</name>
  <metadata><o:libosinfo xmlns:o="http://libosinfo.org/xmlns/libvirt/domain/1.0"><o:os id="x"/></o:libosinfo></metadata>
  <os><type machine="q35">hvm</type></os>
  <devices><disk/><disk type="file"><![CDATA[<raw>]]></disk></devices>
  <qemu:commandline><qemu:arg value="-s"/></qemu:commandline>
</domain>`;

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof BackendError ? error.code : error;
  }
  return null;
};

describe('reading', () => {
  const domain = parseXml(source);
  test('finds by name, by namespace and down a path', () => {
    expect(attribute(domain, 'type')).toBe('kvm');
    expect(text(child(domain, 'name'))).toBe('a & b');
    expect(textAt(domain, 'os', 'type')).toBe('hvm');
    expect(attribute(path(domain, 'os', 'type'), 'machine')).toBe('q35');
    expect(children(child(domain, 'devices'), 'disk').map(text)).toEqual(['', '<raw>']);
    const osinfo = '{http://libosinfo.org/xmlns/libvirt/domain/1.0}';
    expect(attribute(path(domain, 'metadata', `${osinfo}libosinfo`, `${osinfo}os`), 'id')).toBe('x');
    expect(descendants(domain, 'disk')).toHaveLength(2);
  });
  test('what is not there is null, empty or nothing', () => {
    expect(path(domain, 'no', 'such')).toBeNull();
    expect(attribute(null, 'x')).toBeNull();
    expect(children(null, 'x')).toEqual([]);
    expect(textAt(domain, 'no')).toBeNull();
    expect(child(domain, 'commandline')).toBeNull();
    expect(child(domain, 'constructor')).toBeNull();
  });
  test('writes back what it read', () => {
    expect(parseXml(serialize(domain))).toEqual(domain);
    expect(serialize(domain)).toContain('<!-- kept -->');
  });
});

describe('refusing', () => {
  const hostile: Record<string, string> = {
    'an entity bomb': '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    'an external entity': '<?xml version="1.0"?><!-- hello --><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    'depth 65': '<a>'.repeat(xmlLimits.depth + 1) + '</a>'.repeat(xmlLimits.depth + 1),
    'a hundred thousand attributes': `<a ${Array.from({ length: 100_000 }, (_, index) => `b${index}=""`).join(' ')}/>`,
    'too many nodes': `<a>${'<b/>'.repeat(xmlLimits.nodes)}</a>`,
    'more than 4 MiB': `<a>${' '.repeat(xmlLimits.characters)}</a>`,
    'a NUL': '<a>\0</a>',
    'an unknown entity': '<a>&nbsp;</a>',
    'an undeclared prefix': '<b:a/>',
    'no element': ' ',
    'an open end': '<a><b></a>',
    'two roots': '<a/><b/>',
  };
  test.each(Object.entries(hostile))('%s', (_, xml) => {
    expect(codeOf(() => parseXml(xml))).toBe('invalid-definition');
  });
  test('an element called __proto__ is only an element', () => {
    const root = parseXml('<a><__proto__ toString="1"/></a>');
    expect(attribute(child(root, '__proto__'), 'toString')).toBe('1');
    expect(attribute(child(root, '__proto__'), 'constructor')).toBeNull();
  });
  test('depth 64 is read', () => {
    expect(parseXml('<a>'.repeat(xmlLimits.depth) + '</a>'.repeat(xmlLimits.depth)).name).toBe('a');
  });
});

describe('writing', () => {
  test('leaves out what is null', () => {
    expect(serialize(element('disk', { type: 'file', a: null, b: undefined, n: 3 }, null, [element('x'), 'y']))).toBe(
      '<disk type="file" n="3"><x/>y</disk>',
    );
  });
  test.each(['\0', '\u0008', '\uFFFE', '\uD800', 'a\u001Bb'])('refuses %j', (value) => {
    expect(codeOf(() => serialize(element('a', {}, value)))).toBe('bad-input');
    expect(codeOf(() => serialize(element('a', { b: value })))).toBe('bad-input');
  });
  test.each(['', 'a b', 'a><b', '1a', 'a:b:c', '-a'])('refuses the name %j', (name) => {
    expect(codeOf(() => serialize(element(name)))).toBe('bad-input');
    expect(codeOf(() => serialize(element('a', { [name]: '' })))).toBe('bad-input');
  });
  property.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })])('no value breaks out of its place', (value, other) => {
    const made = element('a', { b: value }, element('c', {}, other));
    let written: string;
    try {
      written = serialize(made);
    } catch (error) {
      expect(
        codeOf(() => {
          throw error;
        }),
      ).toBe('bad-input');
      return;
    }
    const read = parseXml(written);
    expect(attribute(read, 'b')).toBe(value);
    expect(children(read)).toHaveLength(1);
    expect(
      child(read, 'c')
        ?.children.map((node) => (node.kind === 'text' ? node.text : ''))
        .join(''),
    ).toBe(other);
  });
});

test('a large document is read once in a moment, however many ask, and again when it is another', () => {
  const text = (last: string) => `<domain>${'<disk/>'.repeat(6000)}<name>${last}</name></domain>`;
  const first = parseXml(text('a'));
  expect(parseXml(text('a'))).toBe(first);
  expect(parseXml(text('b'))).not.toBe(first);
  const places: number[] = [];
  expect(parseXml(text('a'), (_, { start }) => void places.push(start))).toEqual(first);
  expect(places).toHaveLength(6003);
  expect(() => parseXml(`${text('a')}<`)).toThrow('could not be read');
  expect(parseXml('<a/>')).not.toBe(parseXml('<a/>'));
});
