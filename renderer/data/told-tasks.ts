const told = new Set<string>();

/**
 * What has asked for the task says itself how it ends, for as long as it is in sight: nobody is to be told twice. Returns the end of that;
 * where the task has ended by then, that need not come.
 */
export function tellsItself(operation: string): () => void {
  told.add(operation);
  return () => told.delete(operation);
}

export const isToldElsewhere = (operation: string): boolean => told.has(operation);
