export interface SearchWish {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  /** `text` is a regular expression. */
  readonly regex: boolean;
}

/** A part of a line's text, in UTF-16 units. */
export interface LineMatch {
  readonly index: number;
  readonly length: number;
}

/** What finds the wish in a line; null where it is no regular expression. */
export function patternOf({ text, matchCase, wholeWord, regex }: SearchWish): RegExp | null {
  const source = regex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  try {
    // Alone first: joined with what follows, something else could come out of it.
    const pattern = new RegExp(source, flags(matchCase));
    return wholeWord ? new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${source})(?![\p{L}\p{N}_])`, flags(matchCase)) : pattern;
  } catch {
    return null;
  }
}

const flags = (matchCase: boolean): string => (matchCase ? 'gu' : 'giu');

/** At most `most`, from the first. */
export function matchesIn(line: string, pattern: RegExp, most: number): LineMatch[] {
  const found: LineMatch[] = [];
  for (const { 0: text, index } of line.matchAll(pattern)) {
    if (found.length >= most) break;
    if (text !== '') found.push({ index, length: text.length });
  }
  return found;
}
