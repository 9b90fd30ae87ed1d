import { setImmediate as yielded } from 'node:timers/promises';
import { SaxesParser } from 'saxes';

/** One element of a RELAX NG schema in its XML syntax (ISO/IEC 19757-2, clause 4). */
export interface Pattern {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Pattern[];
  text: string;
}

/** What a schema begins with, and what it defines by name. */
export interface Grammar {
  readonly start: readonly Pattern[];
  readonly defines: ReadonlyMap<string, readonly Pattern[]>;
}

/** Characters at a time: a few milliseconds of work, after which others have their turn. */
const PIECE = 16 * 1024;
const DEPTH_MAX = 16;

/**
 * Reads a schema with all that it includes. `read` gives a file of the schema by its name; rejects where that does, or where one is no XML. A
 * definition that is made again counts beside the first: what is asked of a grammar here is what may stand somewhere, not what must.
 */
export async function readGrammar(name: string, read: (name: string) => Promise<string>): Promise<Grammar> {
  const start: Pattern[] = [];
  const defines = new Map<string, Pattern[]>();
  const done = new Set<string>();
  const add = async (file: string, depth: number): Promise<void> => {
    if (done.has(file) || depth > DEPTH_MAX) return;
    done.add(file);
    await collect(await parse(await read(file)), depth);
  };
  const collect = async (grammar: Pattern, depth: number): Promise<void> => {
    for (const part of grammar.children) {
      // What includes it says more precisely what the grammar begins with.
      if (part.tag === 'start' && depth === 0) start.push(...part.children);
      else if (part.tag === 'define')
        defines.set(part.attributes['name'] ?? '', [...(defines.get(part.attributes['name'] ?? '') ?? []), ...part.children]);
      else if (part.tag === 'div') await collect(part, depth);
      else if (part.tag === 'include') {
        await add(part.attributes['href'] ?? '', depth + 1);
        await collect(part, depth);
      }
    }
  };
  await add(name, 0);
  return { start, defines };
}

async function parse(source: string): Promise<Pattern> {
  const parser = new SaxesParser();
  const top: Pattern = { tag: '', attributes: {}, children: [], text: '' };
  const open: Pattern[] = [top];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const pattern: Pattern = { tag: name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(pattern);
    open.push(pattern);
  });
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last !== undefined && (last.tag === 'value' || last.tag === 'name')) last.text += text.trim();
  });
  parser.on('closetag', () => void open.pop());
  for (let at = 0; at < source.length; at += PIECE) {
    parser.write(source.slice(at, at + PIECE));
    await yielded();
  }
  parser.close();
  return top.children[0] ?? top;
}
