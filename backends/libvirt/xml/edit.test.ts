import { describe, expect, test } from 'vitest';
import { attribute, child, children, element, parseXml, path, serialize, type XmlElement } from './document.ts';
import {
  replaced,
  withAdded,
  withAttributes,
  withAttributesAt,
  withChild,
  withList,
  without,
  withPath,
  withText,
  withTextAt,
} from './edit.ts';

const domain = parseXml(
  '<domain type="kvm"><name>a</name><os><type>hvm</type><boot dev="hd"/></os><cpu/><devices><disk/><disk type="file"/><!-- x --><input/></devices></domain>',
);
const names = (parent: XmlElement | null) => children(parent).map(({ name }) => name);

describe('an edit that changes nothing gives back the very tree', () => {
  const devices = path(domain, 'devices') ?? domain;
  const edits: Record<string, (root: XmlElement) => XmlElement> = {
    'an attribute set to what it is': (root) => withAttributes(root, { type: 'kvm' }),
    'an attribute that is not there taken away': (root) => withAttributes(root, { id: null, kind: undefined }),
    'the same text': (root) => withTextAt(root, ['name'], 'a'),
    'a child made into itself': (root) => withChild(root, 'os', (old) => old),
    'nothing made where nothing is': (root) => withPath(root, ['a', 'b', 'c'], () => null),
    'no attribute where no element is': (root) => withAttributesAt(root, ['memoryBacking', 'source'], { type: null }),
    'an empty element that stays empty': (root) => withAttributesAt(root, ['cpu'], { mode: null }),
    'a list of the same': (root) => withChild(root, 'devices', () => withList(devices, ['disk'], children(devices, 'disk'))),
  };
  test.each(Object.entries(edits))('%s', (_, edit) => {
    expect(edit(domain)).toBe(domain);
  });
});

describe('what is not edited is shared', () => {
  const edited = withAttributesAt(domain, ['devices', 'disk'], { type: 'block' });
  test('beside and below', () => {
    expect(child(edited, 'os')).toBe(child(domain, 'os'));
    expect(edited.attributes).toBe(domain.attributes);
    expect(child(edited, 'devices')?.children.slice(1)).toEqual(child(domain, 'devices')?.children.slice(1));
    expect(attribute(path(edited, 'devices', 'disk'), 'type')).toBe('block');
    expect(path(domain, 'devices', 'disk')?.attributes.size).toBe(0);
  });
});

describe('places', () => {
  test('a new element comes where libvirt writes it', () => {
    expect(names(withTextAt(domain, ['vcpu'], 4))).toEqual(['name', 'vcpu', 'os', 'cpu', 'devices']);
    expect(names(withTextAt(domain, ['uuid'], 'x'))).toEqual(['name', 'uuid', 'os', 'cpu', 'devices']);
    expect(names(path(withAttributesAt(domain, ['os', 'loader'], { readonly: 'yes' }), 'os'))).toEqual(['type', 'loader', 'boot']);
    expect(names(withTextAt(parseXml('<domain><os/></domain>'), ['name'], 'x'))).toEqual(['name', 'os']);
  });
  test('behind those of its name, and what is said of them', () => {
    const devices = child(domain, 'devices') ?? domain;
    expect(names(withAdded(devices, element('disk', { n: 3 })))).toEqual(['disk', 'disk', 'disk', 'input']);
    expect(serialize(withAdded(devices, element('interface')))).toBe(
      '<devices><disk/><disk type="file"/><!-- x --><interface/><input/></devices>',
    );
  });
  test('what libvirt does not know comes last', () => {
    expect(names(withAdded(domain, element('x:y', { 'xmlns:x': 'z' })))).toEqual(['name', 'os', 'cpu', 'devices', 'x:y']);
    expect(names(withAdded(domain, element('constructor')))).toEqual(['name', 'os', 'cpu', 'devices', 'constructor']);
  });
  test('a list stands where its first one stood', () => {
    const devices = child(domain, 'devices') ?? domain;
    expect(names(withList(devices, ['disk'], [element('disk')]))).toEqual(['disk', 'input']);
    expect(names(withList(devices, ['input', 'disk'], []))).toEqual([]);
    expect(names(withList(devices, ['tpm'], [element('tpm')]))).toEqual(['disk', 'disk', 'input', 'tpm']);
  });
  test('replacing and taking out', () => {
    const devices = child(domain, 'devices') ?? domain;
    const [first, second] = children(devices, 'disk');
    expect(names(replaced(devices, first ?? null, element('lease')))).toEqual(['lease', 'disk', 'input']);
    expect(children(without(devices, first ?? devices), 'disk')).toEqual([second]);
  });
});

describe('paths', () => {
  const root = parseXml(
    '<disk><source file="a"/><backingStore>\n <source file="b"/>\n</backingStore><auth><!-- who --><secret/></auth></disk>',
  );
  test('what is missing is made, and goes again', () => {
    const made = withAttributesAt(domain, ['memoryBacking', 'hugepages', 'page'], { size: 2 });
    expect(serialize(made)).toContain('<memoryBacking><hugepages><page size="2"/></hugepages></memoryBacking>');
    expect(withAttributesAt(made, ['memoryBacking', 'hugepages', 'page'], { size: null })).toEqual(domain);
  });
  test('what became empty goes, with the white space in it', () => {
    expect(names(withPath(root, ['backingStore', 'source'], () => null))).toEqual(['source', 'auth']);
  });
  test('a comment keeps what it is in', () => {
    expect(names(withPath(root, ['auth', 'secret'], () => null))).toEqual(['source', 'backingStore', 'auth']);
  });
  test('what is made empty is left so', () => {
    expect(serialize(withPath(domain, ['features', 'acpi'], () => element('acpi')))).toContain('<features><acpi/></features>');
  });
  test('the root stays', () => {
    const only = parseXml('<a><b><c/></b></a>');
    expect(serialize(withPath(only, ['b', 'c'], () => null))).toBe('<a/>');
    expect(withPath(only, [], () => null)).toBe(only);
  });
});

test('text is replaced and nothing beside it', () => {
  const mixed = parseXml('<a><!-- x -->one<b/>two</a>');
  expect(serialize(withText(mixed, 'three & four'))).toBe('<a><!-- x -->three &amp; four<b/></a>');
  expect(serialize(withText(mixed, null))).toBe('<a><!-- x --><b/></a>');
  expect(serialize(withText(element('a'), 7))).toBe('<a>7</a>');
});
