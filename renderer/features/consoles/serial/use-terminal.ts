import { useEffect, useState, useSyncExternalStore } from 'react';
import type { GuestRef } from '#model/guest';
import { keptTerminal, markShown } from './kept-terminals.ts';
import type { SerialTerminal, TerminalEvents, TerminalSize } from './serial-terminal.ts';

/** How long the mark of a bell stands, in milliseconds. */
const RINGING = 800;

export interface ShownTerminal {
  /** Null until it is in the page. */
  readonly terminal: SerialTerminal | null;
  readonly selected: boolean;
  readonly size: TerminalSize;
  readonly ringing: boolean;
  /** A pasted text that waits for the person's word. */
  readonly toPaste: string | null;
}

interface TerminalView {
  readonly subscribe: (listener: () => void) => () => void;
  readonly shown: () => ShownTerminal;
  show(stage: HTMLElement): () => void;
  answerPaste(paste: boolean): void;
}

/** The terminal of a console, inside `stage` for as long as the caller is mounted. */
export function useTerminal(
  guest: GuestRef,
  console: string,
  stage: HTMLElement | null,
  wants: TerminalEvents['wants'],
): ShownTerminal & Pick<TerminalView, 'answerPaste'> {
  const [view] = useState(() => createView(guest, console, wants));
  useEffect(() => (stage === null ? undefined : view.show(stage)), [view, stage]);
  return { ...useSyncExternalStore(view.subscribe, view.shown), answerPaste: view.answerPaste };
}

function createView(guest: GuestRef, console: string, wants: TerminalEvents['wants']): TerminalView {
  const listeners = new Set<() => void>();
  let shown: ShownTerminal = { terminal: null, selected: false, size: { columns: 80, rows: 24 }, ringing: false, toPaste: null };
  const change = (part: Partial<ShownTerminal>): void => {
    shown = { ...shown, ...part };
    for (const listener of listeners) listener();
  };

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    shown: () => shown,
    show: (stage) => {
      const terminal = keptTerminal(guest, console);
      let silence: ReturnType<typeof setTimeout> | undefined;
      markShown(guest, console, true);
      const hide = terminal.show(stage, {
        asksToPaste: (toPaste) => change({ toPaste }),
        selected: (selected) => change({ selected }),
        sized: (size) => change({ size }),
        rang: () => {
          clearTimeout(silence);
          silence = setTimeout(() => change({ ringing: false }), RINGING);
          change({ ringing: true });
        },
        wants,
      });
      change({ terminal });
      return () => {
        clearTimeout(silence);
        hide();
        markShown(guest, console, false);
        change({ terminal: null, ringing: false });
      };
    },
    answerPaste: (paste) => {
      if (paste && shown.toPaste !== null) shown.terminal?.paste(shown.toPaste);
      change({ toPaste: null });
      shown.terminal?.focus();
    },
  };
}
