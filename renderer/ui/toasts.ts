export interface Toast {
  readonly variant: 'success' | 'info' | 'warning' | 'danger';
  readonly title: string;
  readonly body?: string | undefined;
  /** What one may want to do about it, which can be done elsewhere too. */
  readonly action?: { readonly label: string; run(): void } | undefined;
}
export interface ShownToast extends Toast {
  readonly id: number;
}

let shown: readonly ShownToast[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** Says what has happened. Nothing that needs an answer belongs here. */
export function toast(message: Toast): void {
  last += 1;
  // A failed call and the task that it was tell of the same failure; the person hears it once.
  const others = shown.filter((one) => one.title !== message.title);
  change([...others.slice(-3), { ...message, id: last }]);
}

export function dismissToast(id: number): void {
  change(shown.filter((one) => one.id !== id));
}

/** For useSyncExternalStore. */
export const toastStore = {
  read: () => shown,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function change(next: readonly ShownToast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}
