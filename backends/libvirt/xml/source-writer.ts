import { serialize, type Span, type XmlElement, type XmlNode } from './document.ts';
import { editedTag } from './edited-tag.ts';
import { contentInLines, inLines, isLaidOut, type Layout, type Write } from './indented.ts';
import { pairNodes } from './pair-nodes.ts';
import { marginAt, type Range, withItsLine } from './source-lines.ts';

export interface WrittenSource {
  readonly text: string;
  readonly root: XmlElement;
  readonly layout: Layout;
  /** Undefined for a node that was not read from this text. */
  spanOf(node: XmlNode): Span | undefined;
  /** What an edited node was made of, or the node itself where it was read from this text. */
  originOf(node: XmlNode): XmlNode | null;
}

/** `edited` in place of `old`, with all the source around it. */
export function writtenDocument(source: WrittenSource, edited: XmlElement): string {
  const pass = new Pass(source, 0);
  if (edited.name === source.root.name) pass.element(source.root, edited);
  else pass.replace(spanIn(source, source.root), freshIn(source)(edited, ''));
  return pass.finished(source.text.length);
}

function spanIn(source: WrittenSource, node: XmlNode): Span {
  const span = source.spanOf(node);
  if (span === undefined) throw new Error('A node was taken for one of this source.');
  return span;
}

/** How a node is written that comes to a place where it was not before. */
const freshIn =
  (source: WrittenSource): Write =>
  (node, margin) => {
    if (node.kind !== 'element') return serialize(node);
    const origin = source.originOf(node);
    if (origin?.kind !== 'element') return inLines(node, margin, source.layout, freshIn(source));
    const { start, end } = spanIn(source, origin);
    const pass = new Pass(source, start);
    pass.element(origin, node);
    return pass.finished(end);
  };

/** Goes through the source once, ahead only, and copies what it goes past. */
class Pass {
  readonly #source: WrittenSource;
  readonly #pieces: string[] = [];
  #at: number;
  /** The last two characters written. */
  #tail = '';

  constructor(source: WrittenSource, at: number) {
    this.#source = source;
    this.#at = at;
  }

  finished(end: number): string {
    this.#copyTo(end);
    return this.#pieces.join('');
  }

  replace({ start, end }: Range, by: string): void {
    this.#copyTo(start);
    this.#put(by);
    this.#at = end;
  }

  element(old: XmlElement, edited: XmlElement): void {
    if (old === edited) return;
    const { start, end, content } = spanIn(this.#source, old);
    const tag = this.#source.text.slice(start, content[0]);
    const next = old.attributes === edited.attributes ? tag : editedTag(tag, old.attributes, edited.attributes);
    if (content[0] < end) {
      if (next !== tag) this.replace({ start, end: content[0] }, next);
      this.#content(old, edited, content);
    } else if (edited.children.length > 0) {
      const inside = contentInLines(edited, this.#marginOf(old), this.#source.layout, freshIn(this.#source));
      this.replace({ start, end }, `${opened(next)}${inside}</${edited.name}>`);
    } else if (next !== tag) {
      this.replace({ start, end }, next);
    }
  }

  #content(old: XmlElement, edited: XmlElement, [start, end]: Span['content']): void {
    if (old.children === edited.children) return;
    const laidOut = isLaidOut(old, edited);
    const from = laidOut ? old.children.filter(({ kind }) => kind !== 'text') : old.children;
    const to = laidOut ? edited.children.filter(({ kind }) => kind !== 'text') : edited.children;
    const margin = laidOut ? this.#marginInside(old, from) : null;
    const pairs = pairNodes(from, to, (node) => this.#source.originOf(node));
    const remove = (gone: readonly XmlNode[]) => {
      for (const node of gone) this.#remove(spanIn(this.#source, node), laidOut ? { start: Math.max(start, this.#at), end } : null);
    };
    let next = 0;
    // What comes is put right behind what it follows, before any white space and instructions.
    let kept: XmlNode | null = null;
    let last = false;
    for (const [index, node] of to.entries()) {
      const at = pairs[index] ?? -1;
      const before = from[at];
      last = before === undefined;
      if (before === undefined) {
        this.#copyTo(kept === null ? start : spanIn(this.#source, kept).end);
        this.#put(`${margin === null ? '' : `${this.#source.layout.eol}${margin}`}${freshIn(this.#source)(node, margin)}`);
        continue;
      }
      if (next < at) remove(from.slice(next, at));
      this.#keep(before, node);
      next = at + 1;
      kept = before;
    }
    remove(from.slice(next));
    if (!last || margin === null || this.#source.text.slice(this.#at, end).includes('\n')) return;
    this.#put(`${this.#source.layout.eol}${this.#marginOf(old) ?? ''}`);
  }

  #keep(old: XmlNode, edited: XmlNode): void {
    if (old.kind === 'element') {
      if (edited.kind === 'element') this.element(old, edited);
    } else if (edited.kind !== 'element' && old.text !== edited.text) {
      this.replace(spanIn(this.#source, old), serialize(edited));
    } else if (old.kind === 'text') {
      this.#keepText(spanIn(this.#source, old).start);
    }
  }

  /** Where something before it has gone or come, "]]" and ">" may meet, which no text may hold. */
  #keepText(start: number): void {
    this.#copyTo(start);
    const head = this.#source.text.slice(start, start + 2);
    const bracket = start + head.indexOf('>');
    if (!`${this.#tail}${head}`.includes(']]>')) return;
    this.#copyTo(bracket);
    this.replace({ start: bracket, end: bracket + 1 }, '&gt;');
  }

  #remove(span: Span, within: Range | null): void {
    this.replace(within === null ? span : withItsLine(this.#source.text, span, within), '');
  }

  /** What the element's line begins with; null where it does not begin its line. */
  #marginOf(old: XmlElement): string | null {
    return marginAt(this.#source.text, spanIn(this.#source, old).start) ?? (old === this.#source.root ? '' : null);
  }

  /** What lines inside the element begin with; null where what is in it has no lines of its own. */
  #marginInside(old: XmlElement, inside: readonly XmlNode[]): string | null {
    for (const node of inside) {
      const margin = marginAt(this.#source.text, spanIn(this.#source, node).start);
      if (margin !== null) return margin;
    }
    const own = inside.length > 0 ? null : this.#marginOf(old);
    return own === null ? null : `${own}${this.#source.layout.step}`;
  }

  #copyTo(end: number): void {
    if (end > this.#at) this.#put(this.#source.text.slice(this.#at, end));
    this.#at = Math.max(this.#at, end);
  }

  #put(piece: string): void {
    this.#pieces.push(piece);
    this.#tail = `${this.#tail}${piece.slice(-2)}`.slice(-2);
  }
}

/** The start tag of what was an element with nothing in it. */
function opened(tag: string): string {
  let end = tag.length - '/>'.length;
  while (' \t\r\n'.includes(tag.charAt(end - 1))) end -= 1;
  return `${tag.slice(0, end)}>`;
}
