import { parseXml, parseXmlInTurns, type Span, type XmlElement, type XmlNode } from './document.ts';
import { layoutOf } from './source-lines.ts';
import { writtenDocument } from './source-writer.ts';

/** A document together with how it is written. */
export interface XmlSource {
  /** As `parseXml` gives it. */
  readonly root: XmlElement;
  /**
   * The document as it was written, with only that changed in which `edited` differs from `root`: a node that is the same object in both is
   * written byte for byte as it was, and so is everything that is in no tree (the XML declaration, comments outside the root, processing
   * instructions). Of an element whose attributes changed only these change. What comes gets a line of its own, indented like its siblings,
   * where they have lines of their own; what goes takes its line with it. White space alone between elements is layout, and not compared.
   * Throws 'bad-input' for what XML has no way to write.
   */
  write(edited: XmlElement): string;
}

/** Throws 'invalid-definition' as `parseXml` does. */
export function readSource(text: string): XmlSource {
  const origins = new Origins();
  return sourceOf(
    text,
    parseXml(text, (node, span) => origins.add(node, span)),
    origins,
  );
}

/** `readSource` of what may be large: others have their turn meanwhile. */
export async function readSourceInTurns(text: string): Promise<XmlSource> {
  const origins = new Origins();
  return sourceOf(text, await parseXmlInTurns(text, (node, span) => origins.add(node, span)), origins);
}

function sourceOf(text: string, root: XmlElement, origins: Origins): XmlSource {
  const source = {
    text,
    root,
    layout: layoutOf(text, root, (node) => origins.spanOf(node)?.start ?? 0),
    spanOf: (node: XmlNode) => origins.spanOf(node),
    originOf: (node: XmlNode) => origins.originOf(node),
  };
  return { root, write: (edited) => (edited === root ? text : writtenDocument(source, edited)) };
}

/** Where the nodes of a document were read, and what edited ones were made of. */
class Origins {
  readonly #spans = new WeakMap<XmlNode, Span>();
  readonly #parents = new WeakMap<XmlNode, XmlElement>();
  readonly #bearers = new WeakMap<XmlElement['attributes'], XmlElement>();

  add(node: XmlNode, span: Span): void {
    this.#spans.set(node, span);
    if (node.kind !== 'element') return;
    this.#bearers.set(node.attributes, node);
    for (const child of node.children) this.#parents.set(child, node);
  }

  spanOf(node: XmlNode): Span | undefined {
    return this.#spans.get(node);
  }

  /** An edit shares what it did not touch with what it was made of: the attributes, or something inside. */
  originOf(node: XmlNode): XmlNode | null {
    if (this.#spans.has(node)) return node;
    if (node.kind !== 'element') return null;
    const bearer = this.#bearers.get(node.attributes);
    if (bearer?.name === node.name) return bearer;
    const known = node.children.find((child) => this.#parents.has(child));
    const parent = known === undefined ? undefined : this.#parents.get(known);
    return parent?.name === node.name ? parent : null;
  }
}
