import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const LINE_LIMIT = 8192;
const FILE_LIMIT = 1024 * 1024;

/** One line of at most 8 kB without anything that a terminal or a reader could take for more than text. */
export function logLine(text: string, now: Date): string {
  const head = `${now.toISOString()} `;
  // Cut before escaping too: a text of megabytes is not worth the work.
  const escaped = text
    .slice(0, LINE_LIMIT)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\]/gu, (character) =>
      character === '\\' ? '\\\\' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
  const bytes = Buffer.from(escaped);
  const room = LINE_LIMIT - head.length - 1;
  if (bytes.length <= room) return `${head}${escaped}\n`;
  // A character cut in two decodes to U+FFFD, three bytes: leave room for it and the ellipsis.
  return `${head}${bytes.subarray(0, room - 6).toString()}…\n`;
}

/** Writes lines to `file`; the one before it is kept as `file`.1. Never throws: a full disk must not end the program. */
export function openLog(file: string): (text: string) => void {
  return (text) => {
    const line = logLine(text, new Date());
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size + Buffer.byteLength(line) > FILE_LIMIT) renameSync(file, `${file}.1`);
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      process.stderr.write(line);
    }
  };
}
