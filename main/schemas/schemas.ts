import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaKind, SchemaPlace, SchemaProblem, SchemaProposal, SchemaText } from '#model/schema';
import { checkDocument } from './check-document.ts';
import { readGrammar } from './rng-grammar.ts';
import { Slots } from './slots.ts';

/** libvirt's own, which come with its client library (libvirt.git, src/conf/schemas). */
const SCHEMA_FOLDER = '/usr/share/libvirt/schemas';
/** Bytes; the largest of libvirt's has a quarter of a million. */
const FILE_MAX = 4 * 1024 * 1024;
const nothing: SchemaProposal = { elements: [], attributes: [], values: [] };

/** What may stand where in a host's documents. A computer without libvirt's schemas proposes nothing and finds nothing wrong: the host judges. */
export interface Schemas {
  propose(place: SchemaPlace): Promise<SchemaProposal>;
  check(text: SchemaText): Promise<SchemaProblem[]>;
}

export function openSchemas(log: (line: string) => void, folder = SCHEMA_FOLDER): Schemas {
  const read = async (name: string): Promise<string> => {
    if (!/^[\w.-]+\.rng$/.test(name)) throw new Error(`no file of a schema is called ${name}`);
    const path = join(folder, name);
    if ((await stat(path)).size > FILE_MAX) throw new Error(`${path} is too large`);
    return readFile(path, 'utf8');
  };
  const known = new Map<SchemaKind, Promise<Slots | null>>();
  const slotsOf = (kind: SchemaKind): Promise<Slots | null> => {
    const slots =
      known.get(kind) ??
      readGrammar(`${kind}.rng`, read).then(
        (grammar) => new Slots(grammar),
        (error: unknown) => {
          log(`Without libvirt's schema for ${kind}: ${String(error)}`);
          return null;
        },
      );
    known.set(kind, slots);
    return slots;
  };
  return {
    async propose({ kind, path, attribute }) {
      const slots = await slotsOf(kind);
      const slot = slots?.at(path) ?? null;
      if (slots === null || slot === null) return nothing;
      if (attribute !== null) return { ...nothing, values: [...slots.valuesOf(slot, attribute).values].sort() };
      return {
        elements: [...slot.elements.keys()].sort(),
        attributes: [...slot.attributes.keys()].sort(),
        values: [...slot.values].sort(),
      };
    },
    async check({ kind, text, within }) {
      const slots = await slotsOf(kind);
      return slots === null ? [] : checkDocument(text, slots, within);
    },
  };
}
