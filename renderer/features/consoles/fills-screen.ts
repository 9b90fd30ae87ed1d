import { api } from '../../api.ts';

let fills = false;
const listeners = new Set<() => void>();

function become(on: boolean): void {
  fills = on;
  for (const listener of listeners) listener();
}
api.windows.fullScreenChanged(({ on }) => become(on));

/** What main said when the page was loaded. */
export const beginFullScreen = become;

/** Whether main has made the window as large as the screen. */
export const fillsScreen = (): boolean => fills;

/** Returns its end. */
export function onFillsScreen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
