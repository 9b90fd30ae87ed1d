/** A value of libvirt's configuration files: a string, a number, or a list of strings. */
export type Setting = string | number | readonly string[];

export interface SettingLine {
  readonly name: string;
  /** Where it begins; the first is 1. */
  readonly line: number;
  readonly value: Setting;
}

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'mark' | 'end-of-line';
  readonly text: string;
  readonly line: number;
}

// https://libvirt.org/format.html has none for these files; this is what src/util/virconf.c takes: # comments, "…", '…', """…""", 12, [ a, b ].
const TOKEN =
  /[ \t\r]+|#[^\n]*|(?<newline>\n)|"""(?<long>[^]*?)"""|"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|(?<number>-?\d+)|(?<name>[A-Za-z][A-Za-z0-9_.:-]*)|(?<mark>[=[\],])/y;

/** Reads such a file, strictly. `broken` makes the error that is thrown for what it does not understand. */
export function parseSettings(text: string, broken: (line: number, what: string) => Error): SettingLine[] {
  const tokens = tokenize(text, broken);
  let at = 0;
  const last: Token = { kind: 'end-of-line', text: '', line: tokens.at(-1)?.line ?? 1 };
  const next = (): Token => tokens[at++] ?? last;
  const skipLines = () => {
    while (tokens[at]?.kind === 'end-of-line') at += 1;
  };
  const isMark = (token: Token, mark: string) => token.kind === 'mark' && token.text === mark;

  const list = (): string[] => {
    const items: string[] = [];
    for (;;) {
      skipLines();
      const item = next();
      if (isMark(item, ']')) return items;
      if (item.kind !== 'string') throw broken(item.line, 'a string in quotes is expected in a list');
      items.push(item.text);
      skipLines();
      const after = next();
      if (isMark(after, ']')) return items;
      if (!isMark(after, ',')) throw broken(after.line, 'the items of a list are separated by commas, and end with "]"');
    }
  };
  const value = (): Setting => {
    const token = next();
    if (token.kind === 'string') return token.text;
    if (token.kind === 'number') return Number(token.text);
    if (isMark(token, '[')) return list();
    throw broken(token.line, 'a number, a string in quotes or a list is expected after "="');
  };

  const lines: SettingLine[] = [];
  for (skipLines(); at < tokens.length; skipLines()) {
    const name = next();
    if (name.kind !== 'name') throw broken(name.line, 'a setting begins with its name');
    const equals = next();
    if (!isMark(equals, '=')) throw broken(name.line, `"=" is expected after "${name.text.slice(0, 100)}"`);
    lines.push({ name: name.text, line: name.line, value: value() });
    const end = next();
    if (end.kind !== 'end-of-line') throw broken(end.line, 'something follows the value');
  }
  return lines;
}

function tokenize(text: string, broken: (line: number, what: string) => Error): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw broken(line, /^["']/.test(text.slice(at, at + 1)) ? 'a quote is not closed' : 'this cannot be understood');
    const { newline, long, double, single, number, name, mark } = match.groups ?? {};
    const string = long ?? double ?? single;
    if (newline !== undefined) tokens.push({ kind: 'end-of-line', text: '', line });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string, line });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, line });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, line });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, line });
    line += match[0].split('\n').length - 1;
    at = TOKEN.lastIndex;
  }
  return tokens;
}
