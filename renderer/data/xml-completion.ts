import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { SchemaKind, SchemaPlace, SchemaProposal } from '#model/schema';
import { api } from '../api.ts';
import { type XmlPlace, xmlPlaceAt } from '../ui/xml-place.ts';

/** Proposals are of a program of this computer, and stay the same while it runs. */
const known = new Map<string, Promise<SchemaProposal>>();

function proposed(place: SchemaPlace): Promise<SchemaProposal> {
  const key = JSON.stringify(place);
  const asked = known.get(key) ?? api.definitions.propose(place);
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

/** What may stand where the cursor is, by libvirt's schema; `within`: the elements that a text which is part of a document stands in. */
export const completionFor =
  (kind: SchemaKind, within: readonly string[] = []): CompletionSource =>
  async (context) => {
    const place = xmlPlaceAt(context.state, context.pos);
    if (place === null) return null;
    const attribute = place.kind === 'value' ? place.attribute : null;
    const proposal = await proposed({ kind, path: [...within, ...place.path], attribute }).catch(() => null);
    return proposal === null ? null : resultAt(context, place, proposal);
  };

function resultAt({ explicit, pos }: CompletionContext, { kind, from }: XmlPlace, proposal: SchemaProposal): CompletionResult | null {
  // Between words nothing is said unasked.
  if (from === pos && !explicit && (kind === 'attribute' || kind === 'text')) return null;
  const options = optionsOf(kind, proposal);
  return options.length === 0 ? null : { from, options };
}

function optionsOf(kind: XmlPlace['kind'], { elements, attributes, values }: SchemaProposal): Completion[] {
  switch (kind) {
    case 'element':
      return elements.map((label) => ({ label, type: 'type' }));
    case 'attribute':
      return attributes.map((label) => ({ label, apply: `${label}=""`, type: 'property' }));
    case 'value':
    case 'text':
      break;
  }
  return values.map((label) => ({ label, type: 'enum' }));
}
