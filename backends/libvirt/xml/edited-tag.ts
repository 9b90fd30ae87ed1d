import { attributeText, attributeValue } from './document.ts';

/** A start tag with attributes changed, taken out, and put behind the others. All else in it stays, and so do the quotes around a value. */
export function editedTag(tag: string, from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): string {
  const pieces: string[] = [];
  let done = 0;
  let space = ' ';
  for (const written of attributesIn(tag)) {
    const value = to.get(written.name);
    if (value === undefined) pieces.push(tag.slice(done, written.start));
    else if (value === from.get(written.name)) pieces.push(tag.slice(done, written.end));
    else pieces.push(tag.slice(done, written.value), attributeValue(value), tag.slice(written.end - 1, written.end));
    done = written.end;
    space = written.space;
  }
  // The way the last one stands is how those behind it stand.
  const added = [...to].filter(([name]) => !from.has(name)).map(([name, value]) => `${space}${attributeText(name, value)}`);
  const head = done === 0 ? nameEnd(tag) : done;
  return [...pieces, tag.slice(done, head), ...added, tag.slice(head)].join('');
}

interface Written {
  readonly name: string;
  /** The white space before it, which begins at `start`. */
  readonly space: string;
  readonly start: number;
  /** Behind the opening quote. */
  readonly value: number;
  /** Behind the closing quote. */
  readonly end: number;
}

// Also what is white space in XML 1.1 alone: in no version can any of it be part of a name.
const space = /[ \t\r\n\u{85}\u{2028}]*/uy;
const name = /[^ \t\r\n\u{85}\u{2028}=/>]*/uy;

/** Of a tag that is known to be well-formed. */
function* attributesIn(tag: string): Generator<Written> {
  let start = nameEnd(tag);
  for (;;) {
    const from = start + matched(space, tag, start).length;
    const found = matched(name, tag, from);
    if (found === '') return;
    const equals = tag.indexOf('=', from);
    const quote = equals + 1 + matched(space, tag, equals + 1).length;
    const end = tag.indexOf(tag.charAt(quote), quote + 1) + 1;
    yield { name: found, space: tag.slice(start, from), start, value: quote + 1, end };
    start = end;
  }
}

const nameEnd = (tag: string): number => 1 + matched(name, tag, 1).length;

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
