import type { DefinitionRecord, DefinitionShelf } from '../../main/definition-record.ts';

/** A shelf in memory. */
export function fakeDefinitionShelf(): DefinitionShelf & { readonly kept: Map<string, DefinitionRecord> } {
  const kept = new Map<string, DefinitionRecord>();
  return {
    kept,
    read: async ({ host, id }) => kept.get(`${host} ${id}`) ?? null,
    write: async (record) => void kept.set(`${record.host} ${record.guest}`, record),
    forget: async (host) => {
      for (const key of kept.keys()) if (key.startsWith(`${host} `)) kept.delete(key);
    },
  };
}
