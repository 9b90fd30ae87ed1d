import { SaxesParser } from 'saxes';
import type { CodeProblem } from '../ui/code-editor.tsx';

/** Characters at a time: so much is read well within a frame. */
const PIECE = 64 * 1024;

/** Where a text stops being XML; null: it is. Gives way to the page after each piece. */
export async function firstFlaw(text: string): Promise<CodeProblem | null> {
  const parser = new SaxesParser({ xmlns: true });
  const open: { readonly name: string; readonly line: number }[] = [];
  const found: CodeProblem[] = [];
  const flaw = (line: number, message: string) => void found.push({ line, column: null, message, severity: 'error' });
  parser.on('opentagstart', ({ name }) => void open.push({ name, line: parser.line }));
  let closed: { readonly name: string; readonly line: number } | undefined;
  parser.on('closetag', () => {
    closed = open.pop();
  });
  parser.on('error', ({ message }) => {
    // The parser takes an element for closed before it says that the end tag is another's. Where it was opened is where it is mended.
    if (/unexpected close tag/.test(message) && closed !== undefined) {
      flaw(closed.line, `<${closed.name}> is opened here, and the end tag in line ${parser.line} is another.`);
    } else if (/unclosed tag/.test(message))
      flaw(open.at(-1)?.line ?? parser.line, `<${open.at(-1)?.name ?? ''}> is opened here and not closed.`);
    else flaw(parser.line, message.replace(/^\d+:\d+: /, ''));
  });
  // As the host's own reader has it here: no definition needs one, and entities are how XML is made to explode.
  parser.on('doctype', () => flaw(parser.line, 'A definition has no DOCTYPE.'));
  for (let at = 0; at < text.length && found.length === 0; at += PIECE) {
    parser.write(text.slice(at, at + PIECE));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (found.length === 0) parser.close();
  return found[0] ?? null;
}

/** The line that a refusal of the host names, as libxml2 does: "(domain_definition):12: Opening and ending tag mismatch". */
export function lineOfRefusal(words: string): number | null {
  const line = /\([a-z_]+\):(\d{1,6}):/.exec(words)?.[1];
  return line === undefined ? null : Number(line);
}
