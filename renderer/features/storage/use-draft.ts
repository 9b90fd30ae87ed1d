import { useState } from 'react';

interface DraftBox<T> {
  readonly draft: T;
  change(draft: T): void;
  /** When it has become what it was for. */
  forget(): void;
}

/** Forms that keep what was typed, until it is sent or the window is closed: `useDraft` of one store, by a key for each form. */
export function draftStore<T>(): (key: string, initial: T) => DraftBox<T> {
  const kept = new Map<string, T>();
  return function useDraft(key, initial) {
    const [draft, setDraft] = useState(() => kept.get(key) ?? initial);
    return {
      draft,
      change: (next) => {
        kept.set(key, next);
        setDraft(next);
      },
      forget: () => kept.delete(key),
    };
  };
}
