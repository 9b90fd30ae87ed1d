import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { children, element, isBlank, parseXml, type Span, type XmlElement, type XmlNode } from './document.ts';
import { withAdded, withAttributes, withText } from './edit.ts';
import { readSource } from './source.ts';

const PATIENCE_MS = 60_000;

// Any document, as text: odd spacing, every way to write a character, every kind of node.
const space = fc.constantFrom('', '', ' ', '\n', '\n  ', '\n    ', '\r\n\t', '\n\n  ');
const gap = fc.constantFrom(' ', '  ', '\n   ', '\r\n\t');
const names = fc.constantFrom('a', 'b', 'disk', 'q:arg', 'é');
const words = fc.constantFrom('x', ' ', ']]', '>', '&lt;', '&#13;', '&#x1D11E;', 'é𝄞', '\r\n', '\n', '&amp;amp;', '\u00A0', '&apos;');
const attributeSource = fc
  .tuple(
    gap,
    fc.constantFrom('', ' '),
    fc.constantFrom('', '\n'),
    fc.constantFrom('"', "'"),
    fc.array(words, { maxLength: 3 }),
    fc.boolean(),
  )
  .map(
    ([before, one, two, quote, value, other]) =>
      (key: string) =>
        `${before}${key}${one}=${two}${quote}${value.join('')}${other ? (quote === '"' ? "'" : '"') : ''}${quote}`,
  );
const attributesSource = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'q:d'), { maxLength: 3 }),
    fc.array(attributeSource, { minLength: 3, maxLength: 3 }),
    space,
  )
  .map(([keys, makers, end]) => `${keys.map((key, index) => makers[index]?.(key) ?? '').join('')}${end}`);
const textSource = fc.array(words, { maxLength: 3 }).map((pieces) => pieces.join('').replaceAll(']]>', ']]&gt;'));
const otherSource = fc.constantFrom('<!---->', '<!-- - a\n b -->', '<![CDATA[<]]>', '<![CDATA[ ]]]]>', '<?pi a="b"?>', '<?pi?>');
const { elementSource } = fc.letrec<{ elementSource: string }>((tie) => ({
  elementSource: fc
    .tuple(
      names,
      attributesSource,
      fc.constantFrom('lines', 'mixed', 'empty'),
      fc.array(fc.tuple(space, textSource, fc.oneof({ maxDepth: 4, withCrossShrink: true }, otherSource, tie('elementSource'))), {
        maxLength: 5,
      }),
      space,
    )
    .map(([name, attributes, form, parts, end]) => {
      if (form === 'empty') return `<${name}${attributes}/>`;
      const inside = parts.map(([before, text, node]) => `${form === 'lines' ? before : text.replace(/>$/, '&gt;')}${node}`);
      return `<${name}${attributes}>${inside.join('')}${end}</${name}${end.replace(/\u00A0/g, '')}>`;
    }),
}));
const documentSource = fc
  .tuple(
    fc.constantFrom('', '\uFEFF', '<?xml version="1.0"?>\r\n', "<?xml version='1.0' encoding='UTF-8'?>"),
    fc.constantFrom('', '<!-- a --><?b?>\n'),
    elementSource,
    space,
  )
  .map(([head, remark, inside, end]) => `${head}${remark}<r xmlns:q='urn:q'>${end}${inside}${end}<t/></r>${end}${remark}`);

property.prop([documentSource], { numRuns: 200 })(
  'what is not edited is the same text',
  (text) => {
    const source = readSource(text);
    expect(source.write(source.root)).toBe(text);
    expect(source.write({ ...source.root })).toBe(text);
    expect(source.root).toEqual(parseXml(text));
    // Not one object in common, and nothing different in it.
    expect(source.write(parseXml(text))).toBe(text);
  },
  PATIENCE_MS,
);

type Edit = (target: XmlElement, root: XmlElement) => XmlElement;
const put = (target: XmlElement, where: number, gone: number, ...nodes: XmlNode[]): XmlElement => {
  const place = where % (target.children.length + 1);
  return { ...target, children: [...target.children.slice(0, place), ...nodes, ...target.children.slice(place + gone)] };
};
const at = fc.nat(12);
const value = fc.constantFrom('', 'x', '"\'', '\n\t', '&<>', ']]>', '𝄞');
const leaf = fc.tuple(names, value).map(([name, text]) => element(name, { a: text }, text === '' ? null : text));
const fresh = fc.oneof(
  leaf,
  leaf.map((one) => element('n', {}, one, element('m', {}, one))),
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b', 'z', 'q:d'), fc.option(value)).map(
    ([key, to]): Edit =>
      (target) =>
        withAttributes(target, { [key]: to }),
  ),
  value.map(
    (to): Edit =>
      (target) =>
        withText(target, to),
  ),
  fc.tuple(at, fresh).map(
    ([where, node]): Edit =>
      (target) =>
        put(target, where, 0, node),
  ),
  fc.tuple(at, fresh).map(
    ([where, node]): Edit =>
      (target) =>
        put(target, where, 1, node),
  ),
  fresh.map(
    (node): Edit =>
      (target) =>
        withAdded(target, node),
  ),
  at.map(
    (where): Edit =>
      (target) =>
        put(target, where, 1),
  ),
  fc.tuple(at, at).map(([from, to]): Edit => (target) => {
    const node = target.children[from % (target.children.length || 1)];
    return node === undefined ? target : put(minus(target, node), to, 0, node);
  }),
  fc.tuple(at, at).map(([from, to]): Edit => (target) => {
    const node = target.children[from % (target.children.length || 1)];
    return node?.kind === 'element' ? put(target, to, 0, node, withAttributes(node, { a: 'copy' })) : target;
  }),
  fc.tuple(at, at).map(
    ([which, to]): Edit =>
      (target, root) =>
        put(target, to, 0, below(root)[which % below(root).length] ?? root.children[0] ?? root),
  ),
  fc.constant<Edit>((target) => ({ ...target, children: target.children.map((one, index, all) => all[all.length - 1 - index] ?? one) })),
  fc.constant<Edit>((target) => ({ ...target, name: target.name === 'r' ? 'r' : 'renamed' })),
  fc.constant<Edit>((target) => ({ ...target, children: target.children.filter(({ kind }) => kind === 'element') })),
  fc.constant<Edit>((target) => put(target, 3, 0, { kind: 'comment', text: ' new ' })),
);
const minus = (target: XmlElement, node: XmlNode): XmlElement => ({
  ...target,
  children: target.children.filter((one) => one !== node),
});
const below = (root: XmlElement): XmlElement[] => children(root).flatMap((node) => [node, ...below(node)]);

/** `root` with the first element that is `target` made into `by`. */
function swapped(root: XmlElement, target: XmlElement, by: XmlElement): XmlElement {
  if (root === target) return by;
  let changed = false;
  const next = root.children.map((node) => {
    if (changed || node.kind !== 'element') return node;
    const made = swapped(node, target, by);
    changed = made !== node;
    return made;
  });
  return changed ? { ...root, children: next } : root;
}

/** What a tree says: texts beside each other are one, and white space says nothing where there is no other text. */
function meaning(root: XmlElement): unknown {
  const texts = root.children.map((node) => (node.kind === 'text' ? node.text : '')).join('');
  const inside: unknown[] = [];
  for (const node of root.children) {
    const last = inside.at(-1);
    if (node.kind === 'element') inside.push(meaning(node));
    else if (node.kind === 'comment') inside.push({ comment: node.text });
    else if (isBlank(texts) || node.text === '') continue;
    else if (typeof last === 'string') inside[inside.length - 1] = last + node.text;
    else inside.push(node.text);
  }
  return [root.name, Object.fromEntries(root.attributes), inside];
}

/** The lowest element in which all changes are, of the document; null where it has none. */
function changedIn(old: XmlElement, edited: XmlElement): XmlElement | null {
  if (old === edited) return null;
  const differing = old.children.flatMap((node, index) =>
    node === edited.children[index] ? [] : [[node, edited.children[index]] as const],
  );
  const [first] = differing;
  if (old.children.length !== edited.children.length || old.attributes !== edited.attributes || differing.length !== 1) return old;
  const [one, other] = first ?? [];
  return one?.kind === 'element' && other?.kind === 'element' && one.name === other.name ? changedIn(one, other) : old;
}

/** The topmost nodes that both have, in the order of `edited`. */
const shared = (known: ReadonlyMap<XmlNode, Span>, edited: XmlElement): XmlElement[] =>
  known.has(edited) ? [edited] : children(edited).flatMap((node) => shared(known, node));

const edits = fc.array(fc.tuple(fc.nat(30), edit), { minLength: 1, maxLength: 6 });
property.prop([documentSource, edits], { numRuns: 800 })(
  'any edits are written, and nothing else',
  (text, list) => {
    const spans = new Map<XmlNode, Span>();
    const source = readSource(text);
    const pairs = (one: XmlNode, other: XmlNode, span: ReadonlyMap<XmlNode, Span>): void => {
      const found = span.get(other);
      if (found !== undefined) spans.set(one, found);
      if (one.kind === 'element' && other.kind === 'element')
        one.children.forEach((node, index) => pairs(node, other.children[index] ?? node, span));
    };
    const read = new Map<XmlNode, Span>();
    pairs(
      source.root,
      parseXml(text, (node, span) => read.set(node, span)),
      read,
    );

    const edited = list.reduce((root, [which, one]) => {
      const targets = [root, ...below(root)];
      const target = targets[which % targets.length] ?? root;
      return swapped(root, target, one(target, root));
    }, source.root);
    const output = source.write(edited);

    expect(meaning(parseXml(output))).toEqual(meaning(edited));
    const lowest = changedIn(source.root, edited);
    const span = lowest === null ? undefined : spans.get(lowest);
    if (span === undefined) {
      expect(output).toBe(text);
      return;
    }
    expect(output.startsWith(text.slice(0, span.start))).toBe(true);
    expect(output.endsWith(text.slice(span.end))).toBe(true);
    let place = 0;
    for (const node of shared(spans, edited)) {
      const { start, end } = spans.get(node) ?? span;
      const found = output.indexOf(text.slice(start, end), place);
      expect(found).toBeGreaterThanOrEqual(place);
      place = found + end - start;
    }
  },
  PATIENCE_MS,
);
