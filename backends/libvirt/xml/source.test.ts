import { describe, expect, test } from 'vitest';
import { child, children, element, parseXml, type XmlElement } from './document.ts';
import { withAdded, withAttributes, withAttributesAt, withChild, withList, without, withTextAt } from './edit.ts';
import { readSource } from './source.ts';

const written = (text: string, edit: (root: XmlElement) => XmlElement): string => {
  const source = readSource(text);
  return source.write(edit(source.root));
};
const only = (root: XmlElement, name: string): XmlElement => child(root, name) ?? root;
const turned = <T>(list: readonly T[]): T[] => list.map((one, index) => list[list.length - 1 - index] ?? one);

describe('a start tag', () => {
  const tag = `<a  one='1'\n    two = "&#x32;"  q:three="3" ><b/></a>`;
  const text = `<r xmlns:q="q">${tag}</r>`;
  const edited = (changes: Record<string, string | null>) => written(text, (root) => withAttributesAt(root, ['a'], changes)).slice(15, -4);
  test.each<[string, Record<string, string | null>, string]>([
    ['a value, in the quotes it had', { one: `"'<` }, tag.replace(`'1'`, `'&quot;&apos;&lt;'`)],
    ['what goes takes the space before it', { two: null }, tag.replace(`\n    two = "&#x32;"`, '')],
    ['the first', { one: null }, tag.replace(`  one='1'`, '')],
    ['all', { one: null, two: null, 'q:three': null }, '<a ><b/></a>'],
    ['what comes stands as the last one does', { four: '4\n', five: '5' }, tag.replace('"3"', '"3"  four="4&#10;"  five="5"')],
    ['what is the same stays as it is written', { two: '2' }, tag],
  ])('%s', (_, changes, expected) => expect(edited(changes)).toBe(expected));
  test('of an element with nothing in it', () => {
    expect(written('<r><a/><b />\n</r>', (root) => withAttributesAt(withAttributesAt(root, ['a'], { x: 1 }), ['b'], { y: 2 }))).toBe(
      '<r><a x="1"/><b y="2" />\n</r>',
    );
    expect(written('<r><a\n/></r>', (root) => withTextAt(root, ['a'], 'x'))).toBe('<r><a>x</a></r>');
  });
});

describe('lines', () => {
  const text = '<r>\r\n\t<!-- of a -->\r\n\t<a/> <!-- also -->\r\n\r\n\t<b>\r\n\t\t<c/>\r\n\t</b>\r\n\t<d/><e/>\r\n</r>';
  test.each<[string, (root: XmlElement) => XmlElement, string]>([
    ['what comes last', (root) => withAdded(root, element('z')), text.replace('<e/>', '<e/>\r\n\t<z/>')],
    [
      'with what is in it',
      (root) => withAdded(root, element('z', {}, element('y', {}, 'x'))),
      text.replace('<e/>', '<e/>\r\n\t<z>\r\n\t\t<y>x</y>\r\n\t</z>'),
    ],
    ['what comes first', (root) => ({ ...root, children: [element('z'), ...root.children] }), text.replace('<r>', '<r>\r\n\t<z/>')],
    ['what goes', (root) => without(root, only(root, 'b')), text.replace('\r\n\t<b>\r\n\t\t<c/>\r\n\t</b>', '')],
    ['what shares its line goes alone', (root) => without(root, only(root, 'd')), text.replace('<d/>', '')],
    [
      'what is replaced by another',
      (root) => withList(root, ['b'], [element('z')]),
      text.replace('\r\n\r\n\t<b>\r\n\t\t<c/>\r\n\t</b>', '\r\n\t<z/>\r\n'),
    ],
    [
      'into what was empty',
      (root) => withChild(root, 'a', (a) => a && withAdded(a, element('z'))),
      text.replace('<a/>', '<a>\r\n\t\t<z/>\r\n\t</a>'),
    ],
    ['into what has no lines', (root) => withChild(root, 'e', (e) => e && withAdded(e, element('z'))), text.replace('<e/>', '<e><z/></e>')],
    [
      'what is in it, and what is in that',
      (root) => withChild(root, 'b', (b) => b && withAttributesAt(b, ['c', 'f'], { g: 1 })),
      text.replace('<c/>', '<c>\r\n\t\t\t<f g="1"/>\r\n\t\t</c>'),
    ],
  ])('%s', (_, edit, expected) => expect(written(text, edit)).toBe(expected));
  test('a document without lines gets none', () => {
    expect(written('<r><a/></r>', (root) => withAdded(root, element('b', {}, element('c'))))).toBe('<r><a/><b><c/></b></r>');
  });
  test('a document with nothing in it', () => {
    expect(written('<?xml version="1.0"?>\n<r/>\n', (root) => withAdded(root, element('b')))).toBe(
      '<?xml version="1.0"?>\n<r>\n  <b/>\n</r>\n',
    );
  });
});

describe('which is which', () => {
  const disk = (name: string) => `  <disk>\n    <!-- ${name} -->\n    <target dev='${name}' />\n  </disk>\n`;
  const text = `<devices>\n${disk('a')}${disk('b')}${disk('c')}</devices>`;
  test('the first goes and the second changes', () => {
    const edit = (root: XmlElement) => {
      const [first, second, third] = children(root, 'disk');
      if (first === undefined || second === undefined || third === undefined) throw new Error('three disks');
      return withList(root, ['disk'], [withAttributesAt(second, ['target'], { dev: 'z' }), third]);
    };
    expect(written(text, edit)).toBe(`<devices>\n${disk('b').replace("'b'", "'z'")}${disk('c')}</devices>`);
  });
  test('the last comes first, as it is written', () => {
    const edit = (root: XmlElement) => withList(root, ['disk'], turned(children(root, 'disk')));
    expect(written(text, edit).replace(/\s+/g, ' ')).toBe(`<devices> ${disk('c')}${disk('b')}${disk('a')}</devices>`.replace(/\s+/g, ' '));
    expect(written(text, edit)).toContain("<target dev='c' />");
  });
  test('a copy is written like what it was made of', () => {
    const edit = (root: XmlElement) => withAdded(root, withAttributesAt(only(root, 'disk'), ['target'], { dev: 'd' }));
    expect(written(text, edit)).toBe(text.replace('</devices>', `${disk('a').replace("'a'", "'d'")}</devices>`));
  });
});

describe('text', () => {
  test('changes alone, and only where it says something else', () => {
    const text = '<r>\n  <a><!-- x --><![CDATA[one]]></a>\n  <b>t&#119;o</b>\n</r>';
    expect(written(text, (root) => withTextAt(root, ['a'], '<1>'))).toBe(text.replace('<![CDATA[one]]>', '&lt;1&gt;'));
    expect(written(text, (root) => withChild(root, 'b', (b) => b && { ...b, children: [{ kind: 'text', text: 'two' }] }))).toBe(text);
  });
  test('of white space is text where nothing else is', () => {
    expect(written('<r><a> </a></r>', (root) => withChild(root, 'a', (a) => a && { ...a, children: [{ kind: 'text', text: '\n' }] }))).toBe(
      '<r><a>\n</a></r>',
    );
  });
  test('that moves together is no end of a section', () => {
    expect(written('<r>a]]<b/>>c</r>', (root) => without(root, only(root, 'b')))).toBe('<r>a]]&gt;c</r>');
  });
});

test('what is in no tree stays', () => {
  const text = '\uFEFF<?xml version="1.0"?>\n<?before?><!-- before -->\n<r>\n  <?one?>\n  <a/>\n  <?two?>\n</r><!-- after --><?after?>\n';
  expect(
    written(text, (root) =>
      withAttributes(
        withChild(root, 'a', () => null),
        { b: 1 },
      ),
    ),
  ).toBe(text.replace('\n  <a/>', '').replace('<r>', '<r b="1">'));
});

test('another root takes the place of the root', () => {
  expect(written('<!-- x --><r><a/></r>\n', (root) => element('s', {}, only(root, 'a')))).toBe('<!-- x --><s>\n  <a/>\n</s>\n');
});

test('ten thousand nodes are no trouble, whatever their order', () => {
  const line = (index: number) => `<n i='${index}' />\n`;
  const lines = Array.from({ length: 10_000 }, (_, index) => line(index));
  const source = readSource(`<r>\n${lines.join('')}</r>`);
  const output = source.write({ ...source.root, children: turned(source.root.children) });
  expect(children(parseXml(output)).map((node) => node.attributes.get('i'))).toEqual(lines.map((_, index) => String(9999 - index)));
  const fresh = source.write(
    withList(
      source.root,
      ['n'],
      lines.map((_, i) => element('n', { i: i + 1 })),
    ),
  );
  expect(fresh).toContain(`<n i='10000' />`);
}, 60_000);
