import type { IBuffer, Terminal } from '@xterm/xterm';

/** A line of a terminal as the guest wrote it, however many rows it takes: `from` is the first of them. */
export interface TextLine {
  readonly from: number;
  readonly rows: number;
}

/** The lines of a buffer from its last to its first. None is longer than `most` rows: what a guest writes without any end is cut into several. */
export function* linesFromEnd(buffer: IBuffer, most = Infinity): Generator<TextLine, void, undefined> {
  for (let end = buffer.length; end > 0;) {
    let from = end - 1;
    while (from > 0 && end - from < most && buffer.getLine(from)?.isWrapped === true) from -= 1;
    yield { from, rows: end - from };
    end = from;
  }
}

/** Without the blanks at its end. */
export function textOfLine(buffer: IBuffer, { from, rows }: TextLine): string {
  let text = '';
  for (let row = from; row < from + rows; row++) text += buffer.getLine(row)?.translateToString(row === from + rows - 1) ?? '';
  return text;
}

const encoder = new TextEncoder();

/**
 * All that a terminal has shown and still knows, as plain text, and below it what a full-screen program shows now. Where that is more than
 * `most` bytes of UTF-8, its end.
 */
export function terminalText({ buffer }: Pick<Terminal, 'buffer'>, most: number): string {
  const lines: string[] = [];
  let room = most;
  for (const part of buffer.active.type === 'alternate' ? [buffer.alternate, buffer.normal] : [buffer.normal]) {
    let blank = true;
    for (const line of linesFromEnd(part)) {
      const text = textOfLine(part, line);
      // Below the last line there is nothing but room.
      blank &&= text === '';
      if (blank) continue;
      room -= encoder.encode(text).byteLength + 1;
      if (room < 0) return joined(lines);
      lines.push(text);
    }
  }
  return joined(lines);
}

const joined = (fromEnd: readonly string[]): string =>
  fromEnd
    .toReversed()
    .map((line) => `${line}\n`)
    .join('');
