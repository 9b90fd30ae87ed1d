import type { DefinitionRecord, DefinitionShelf, DeletedRecord } from '../../main/definition-record.ts';

/** A shelf in memory. */
export function fakeDefinitionShelf(): DefinitionShelf & { readonly kept: Map<string, DefinitionRecord> } {
  const kept = new Map<string, DefinitionRecord>();
  const deleted = new Map<string, DeletedRecord>();
  return {
    kept,
    readDeleted: async (host) => deleted.get(host) ?? null,
    writeDeleted: async (record) => void deleted.set(record.host, record),
    read: async ({ host, id }) => kept.get(`${host} ${id}`) ?? null,
    write: async (record) => void kept.set(`${record.host} ${record.guest}`, record),
    forget: async (host) => {
      deleted.delete(host);
      for (const key of kept.keys()) if (key.startsWith(`${host} `)) kept.delete(key);
    },
  };
}
