import { type XmlElement } from './document.ts';
import type { Layout } from './indented.ts';

/** What is before `at` on its line, if that is only spaces and tabs; null where something else is. */
export function marginAt(text: string, at: number): string | null {
  let start = at;
  while (isIndent(text, start - 1)) start -= 1;
  return start === 0 || text[start - 1] === '\n' ? text.slice(start, at) : null;
}

/** The range with its line, from the line break before it, if nothing else is on that line between `from` and `to`; else as it is. */
export function withItsLine(text: string, { start, end }: Range, { start: from, end: to }: Range): Range {
  let first = start;
  while (first > from && isIndent(text, first - 1)) first -= 1;
  let last = end;
  while (last < to && isIndent(text, last)) last += 1;
  const alone = first > from && text[first - 1] === '\n' && (last === to || text[last] === '\r' || text[last] === '\n');
  if (!alone) return { start, end };
  const crlf = first - 1 > from && text[first - 2] === '\r';
  return { start: first - (crlf ? 2 : 1), end: last };
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

const isIndent = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/** As the document has it: the first line break in it, and what the children of its root are indented by. */
export function layoutOf(text: string, root: XmlElement, startOf: (node: XmlElement) => number): Layout {
  const end = text.indexOf('\n');
  const outer = marginAt(text, startOf(root)) ?? '';
  const [first] = root.children.filter((node) => node.kind === 'element');
  const inner = first === undefined ? null : marginAt(text, startOf(first));
  const step = inner !== null && inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : '  ';
  return { step, eol: text[end - 1] === '\r' ? '\r\n' : '\n' };
}
