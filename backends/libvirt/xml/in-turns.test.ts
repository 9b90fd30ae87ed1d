import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseXml, parseXmlInTurns, readAhead, type Span, type XmlNode } from './document.ts';

const folder = join(import.meta.dirname, '../../../test/fixtures/hardware');
const crafted = [
  '<?xml version="1.0"?>\r\n<!-- before --><a b="x&amp;\r\ny" c=\'𝄞\'>\r\n𝄞 &#x1D11E; ]] &gt;<![CDATA[<raw>\r]]]]><![CDATA[>]]>',
  '<!-- in - side --><?for nobody?><q:d xmlns:q="urn:q" q:e=""/><f></f>\r</a>\n<!-- after -->\n',
].join('');
const documents = [
  { name: 'a crafted one', source: crafted },
  ...readdirSync(folder).map((name) => ({ name, source: readFileSync(join(folder, name), 'utf8') })),
];

interface Place {
  readonly node: XmlNode;
  readonly span: Span;
}

describe.each(documents)('$name', ({ source }) => {
  test.each([1, 2, 7, 1000])('is the same, each node at the same place, in pieces of %s', async (piece) => {
    const [whole, pieces]: [Place[], Place[]] = [[], []];
    const root = parseXml(source, (node, span) => void whole.push({ node, span }));
    expect(await parseXmlInTurns(source, (node, span) => void pieces.push({ node, span }), { piece })).toEqual(root);
    expect(pieces).toEqual(whole);
  });
});

test('what is no XML is refused as it is at once', async () => {
  for (const text of ['<a><b></a>', '<a>&no;</a>', '<!DOCTYPE a><a/>', '<a/><b/>', '   ', `<a>${'<b>'.repeat(70)}`]) {
    const refusal = /could not be read/;
    expect(() => parseXml(text)).toThrow(refusal);
    await expect(parseXmlInTurns(text, undefined, { piece: 1 })).rejects.toThrow(refusal);
  }
});

test('others have their turn while a large document is read, which is read then', async () => {
  let turns = 0;
  let done = false;
  const count = (): void => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  const text = `<domain>${'<disk type="file"/>'.repeat(8000)}</domain>`;
  const root = await parseXmlInTurns(text, undefined, { turn: 0 });
  done = true;
  expect(turns).toBeGreaterThan(10);
  expect(parseXml(text)).toBe(root);
  const other = text.replace('domain>', 'domain >');
  await readAhead(other);
  expect(parseXml(other)).toEqual(root);
});
