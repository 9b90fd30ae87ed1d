import { syntaxTree } from '@codemirror/language';
import type { EditorState, Text } from '@codemirror/state';

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

/** Where in an XML document the cursor is: what is being written there begins at `from`. */
export type XmlPlace =
  | { readonly kind: 'element' | 'attribute' | 'text'; readonly path: readonly string[]; readonly from: number }
  | { readonly kind: 'value'; readonly path: readonly string[]; readonly attribute: string; readonly from: number };

/** Null: where nothing can be proposed, as in a comment or an end tag. */
export function xmlPlaceAt(state: EditorState, position: number): XmlPlace | null {
  const { doc } = state;
  const node = syntaxTree(state).resolveInner(position, -1);
  switch (node.name) {
    case 'StartTag':
      return { kind: 'element', path: pathTo(doc, node.parent?.parent?.parent ?? null), from: node.to };
    case 'TagName':
      return /^(?:OpenTag|SelfClosingTag)$/.test(node.parent?.name ?? '')
        ? { kind: 'element', path: pathTo(doc, node.parent?.parent?.parent ?? null), from: node.from }
        : null;
    case 'AttributeName':
      return { kind: 'attribute', path: pathTo(doc, node), from: node.from };
    case 'OpenTag':
    case 'SelfClosingTag':
      return { kind: 'attribute', path: pathTo(doc, node), from: position };
    case 'Attribute':
    case 'AttributeValue':
      return valueAt(doc, node);
    case 'Text':
      return { kind: 'text', path: pathTo(doc, node), from: position - doc.sliceString(node.from, position).trimStart().length };
    default:
      return null;
  }
}

function valueAt(doc: Text, node: SyntaxNode): XmlPlace | null {
  const attribute = node.name === 'Attribute' ? node : node.parent;
  const name = attribute?.getChild('AttributeName') ?? null;
  const value = attribute?.getChild('AttributeValue') ?? null;
  if (name === null || value === null) return null;
  return { kind: 'value', path: pathTo(doc, node), attribute: doc.sliceString(name.from, name.to), from: value.from + 1 };
}

/** The names of the elements that `node` is in, from the document's own on. */
function pathTo(doc: Text, node: SyntaxNode | null): string[] {
  const path: string[] = [];
  for (let at = node; at !== null; at = at.parent) {
    if (at.name !== 'Element') continue;
    const tag = at.getChild('OpenTag') ?? at.getChild('SelfClosingTag');
    const name = tag?.getChild('TagName') ?? null;
    if (name !== null) path.unshift(doc.sliceString(name.from, name.to));
  }
  return path;
}
