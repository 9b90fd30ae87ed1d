import type { OperationRecord, OwnFiles, RecordShelf } from '../../main/journal/operation-record.ts';

/** A shelf in memory; what lies on it from the start is what an earlier run left. */
export function fakeShelf(
  records: readonly OperationRecord[] = [],
  unusable: string[] = [],
): RecordShelf & { readonly kept: Map<string, OperationRecord> } {
  const kept = new Map(records.map((record) => [record.id, record]));
  return {
    kept,
    owner: async () => ({ pid: 1, started: '1', boot: 'here' }),
    read: async () => ({ records: [...kept.values()], unusable }),
    write: async (record) => void kept.set(record.id, record),
    remove: async (id) => void kept.delete(id),
  };
}

/** A computer without files. */
export const noFiles: OwnFiles = { identify: async () => null, remove: async () => undefined };

/** For tests that are about something else: nothing is kept. */
export const unkeptJournal = {
  begin: () => ({ making: async () => ({ made: async () => undefined, gone: async () => undefined }), end: async () => undefined }),
};
