import type { Grammar, Pattern } from './rng-grammar.ts';

/** What may stand in an element, by what the schema says of all elements that may stand at its place. */
export interface Slot {
  readonly elements: ReadonlyMap<string, readonly Pattern[]>;
  readonly attributes: ReadonlyMap<string, readonly Pattern[]>;
  /** Names of any kind. */
  readonly anyElement: boolean;
  readonly anyAttribute: boolean;
  /** Its text, where it is one of these; `anyText`: also others. */
  readonly values: readonly string[];
  readonly anyText: boolean;
}

interface Found {
  readonly elements: Map<string, Pattern[]>;
  readonly attributes: Map<string, Pattern[]>;
  readonly values: Set<string>;
  anyElement: boolean;
  anyAttribute: boolean;
  anyText: boolean;
}

/** Looks up places of a document in a grammar. Each is worked out once. */
export class Slots {
  readonly #grammar: Grammar;
  readonly #known = new Map<string, Slot | null>();

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  /** The place of the element at the end of `path`, whose first is the document's own; null: it has no place. An empty path: the document. */
  at(path: readonly string[]): Slot | null {
    const key = path.join('/');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const slot = this.#find(path);
    this.#known.set(key, slot);
    return slot;
  }

  /** What an attribute may say. */
  valuesOf(slot: Slot, attribute: string): Pick<Slot, 'values' | 'anyText'> {
    const patterns = slot.attributes.get(attribute);
    return patterns === undefined ? { values: [], anyText: true } : this.#slotOf(patterns.flatMap(({ children }) => children));
  }

  #find(path: readonly string[]): Slot | null {
    const name = path.at(-1);
    if (name === undefined) return this.#slotOf(this.#grammar.start);
    const parent = this.at(path.slice(0, -1));
    if (parent === null) return null;
    const patterns = parent.elements.get(name);
    if (patterns === undefined) return parent.anyElement ? anything : null;
    return this.#slotOf(patterns.flatMap(({ children }) => children));
  }

  #slotOf(patterns: readonly Pattern[]): Slot {
    const found: Found = {
      elements: new Map(),
      attributes: new Map(),
      values: new Set(),
      anyElement: false,
      anyAttribute: false,
      anyText: false,
    };
    this.#collect(patterns, found, new Set());
    return { ...found, values: [...found.values] };
  }

  #collect(patterns: readonly Pattern[], found: Found, seen: Set<string>): void {
    for (const pattern of patterns) {
      switch (pattern.tag) {
        case 'element':
          // In a namespace of its own, under a prefix that each document chooses.
          if (pattern.attributes['ns'] !== undefined) break;
          found.anyElement = name(pattern, found.elements) || found.anyElement;
          break;
        case 'attribute':
          if (pattern.attributes['ns'] !== undefined) break;
          found.anyAttribute = name(pattern, found.attributes) || found.anyAttribute;
          break;
        case 'ref':
          this.#follow(pattern.attributes['name'] ?? '', found, seen);
          break;
        case 'value':
          found.values.add(pattern.text);
          break;
        case 'data':
        case 'text':
        case 'list':
          found.anyText = true;
          break;
        case 'choice':
        case 'group':
        case 'interleave':
        case 'mixed':
        case 'oneOrMore':
        case 'optional':
        case 'zeroOrMore':
          if (pattern.tag === 'mixed') found.anyText = true;
          this.#collect(pattern.children, found, seen);
          break;
        default:
          break;
      }
    }
  }

  #follow(ref: string, found: Found, seen: Set<string>): void {
    if (seen.has(ref)) return;
    seen.add(ref);
    this.#collect(this.#grammar.defines.get(ref) ?? [], found, seen);
  }
}

const anything: Slot = { elements: new Map(), attributes: new Map(), anyElement: true, anyAttribute: true, values: [], anyText: true };

/** Notes the pattern under its names; true: it has any. */
function name(pattern: Pattern, into: Map<string, Pattern[]>): boolean {
  const [first] = pattern.children;
  const own = pattern.attributes['name'];
  const names = own !== undefined ? [own] : first === undefined ? [] : namesOf(first);
  for (const one of names) into.set(one, [...(into.get(one) ?? []), pattern]);
  return names.length === 0;
}

const namesOf = (pattern: Pattern): string[] =>
  pattern.tag === 'name' ? [pattern.text] : pattern.tag === 'choice' ? pattern.children.flatMap((one) => namesOf(one)) : [];
