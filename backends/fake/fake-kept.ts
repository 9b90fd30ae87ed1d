/** A kept file that is kept nowhere. */
export function fakeKept<T>(value: T): { read(): Promise<T>; change(next: (before: T) => T): Promise<T> } {
  let current = value;
  return {
    read: async () => current,
    change: async (next) => {
      current = next(current);
      return current;
    },
  };
}
