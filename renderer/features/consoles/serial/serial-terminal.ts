import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import type { Fault } from '#model/fault';
import type { ConsoleChannel } from '../port-channel.ts';
import { createAnswerBudget } from './answer-budget.ts';
import { boundUnicode } from './bounded-unicode.ts';
import { terminalText } from './buffer-text.ts';
import type { FontStep } from './font-size.ts';
import { drawWithGpu } from './gpu-renderer.ts';
import { pasteText, runsCommands } from './paste-text.ts';
import { markReconnect } from './reconnect-mark.ts';
import { guardTerminal } from './terminal-guards.ts';
import { terminalKey } from './terminal-key.ts';
import { createTerminalSearch, type TerminalSearch } from './terminal-search.ts';
import { WriteTurns } from './write-turns.ts';

export interface SerialTerminal {
  readonly search: TerminalSearch;
  /** Whether anything was ever shown. */
  readonly used: boolean;
  /** A program of the guest has asked for the mouse. */
  readonly takesMouse: boolean;
  /** Puts the terminal into the page, as large as `parent`. Returns what takes it out again; its text stays. */
  show(parent: HTMLElement, events: TerminalEvents): () => void;
  /** Shows what comes and sends what is typed, until disposed. `ended` is called after the last byte was shown. */
  attach(channel: ConsoleChannel, ended: (fault: Fault | null) => void): () => void;
  /** The guest's programs have ended meanwhile: their full screens and modes end with the next connection. */
  restarted(): void;
  /** Types `text` as it is. */
  paste(text: string): void;
  copySelection(): void;
  selectAll(): void;
  clear(): void;
  /** The end of all that it has shown, at most `most` bytes of UTF-8. */
  text(most: number): string;
  setFontSize(pixels: number): void;
  focus(): void;
  dispose(): void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalEvents {
  /** A pasted text with line ends, which would run as commands: `paste` it or not. */
  asksToPaste(text: string): void;
  selected(hasSelection: boolean): void;
  sized(size: TerminalSize): void;
  rang(): void;
  /** The person pressed a key that is not the guest's. */
  wants(what: 'search' | FontStep): void;
}

/** The same in light and dark: a terminal is read against black. */
const theme = {
  background: '#151515',
  foreground: '#f2f2f2',
  cursor: '#f2f2f2',
  selectionBackground: '#4d4d4d',
  // While one types what to search for, the selection is the match that is meant.
  selectionInactiveBackground: '#004d99',
};

/** Milliseconds between two bells that are told of. */
const BELL_MS = 1000;

/** Of all terminals of this window. */
const turns = new WriteTurns();
const nothing = new Uint8Array();

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** `label`: its accessible name. */
export function createSerialTerminal(label: string): SerialTerminal {
  const terminal = new Terminal({
    // Widths of characters, and marks on what was found.
    allowProposedApi: true,
    fontFamily: 'monospace',
    fontSize: 14,
    // Room below the baseline: without it underscores are cut off.
    lineHeight: 1.1,
    scrollback: 10_000,
    cursorBlink: false,
    minimumContrastRatio: 4.5,
    linkHandler: { activate: () => undefined },
    logLevel: 'off',
    theme,
  });
  const answers = createAnswerBudget();
  guardTerminal(terminal, answers);
  boundUnicode(terminal);
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const search = createTerminalSearch(terminal);

  const element = document.createElement('div');
  element.className = 'gh-terminal';
  let events: TerminalEvents | null = null;
  let used = false;
  let restarted = false;
  let rang = -BELL_MS;

  const copySelection = (): void => {
    // Refused only without a gesture of the person, and then there is nobody to tell.
    if (terminal.hasSelection()) navigator.clipboard.writeText(terminal.getSelection()).catch(() => undefined);
  };
  terminal.onSelectionChange(() => events?.selected(terminal.hasSelection()));
  terminal.onResize(({ cols, rows }) => events?.sized({ columns: cols, rows }));
  terminal.onBell(() => {
    if (performance.now() - rang < BELL_MS) return;
    rang = performance.now();
    events?.rang();
  });
  terminal.attachCustomKeyEventHandler((event) => {
    const key = terminalKey(event);
    if (key === null) return true;
    // Left to the browser, which answers with a paste event: reading the clipboard ourselves is not permitted here.
    if (key === 'paste') return false;
    event.preventDefault();
    if (event.type !== 'keydown') return false;
    if (key === 'copy') copySelection();
    else events?.wants(key);
    return false;
  });
  const onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = pasteText(event.clipboardData?.getData('text/plain') ?? '');
    if (runsCommands(text)) events?.asksToPaste(text);
    else terminal.paste(text);
  };
  element.addEventListener('paste', onPaste, true);
  element.addEventListener('keydown', () => answers.typed(), true);

  const refit = (): void => {
    // Hidden, it has no size, and would be folded to two columns.
    if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit();
  };
  const open = (): void => {
    if (terminal.element !== undefined) return;
    terminal.open(element);
    terminal.textarea?.setAttribute('aria-label', label);
  };

  return {
    search,
    get used() {
      return used;
    },
    get takesMouse() {
      return terminal.modes.mouseTrackingMode !== 'none';
    },
    show: (parent, listening) => {
      events = listening;
      parent.append(element);
      open();
      const endGpu = drawWithGpu(terminal);
      refit();
      events.sized({ columns: terminal.cols, rows: terminal.rows });
      events.selected(terminal.hasSelection());
      let frame = 0;
      const observer = new ResizeObserver(() => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(refit);
      });
      observer.observe(element);
      return () => {
        observer.disconnect();
        cancelAnimationFrame(frame);
        endGpu();
        // Another place may show it already.
        if (events !== listening) return;
        events = null;
        element.remove();
      };
    },
    attach: (channel, ended) => {
      const encoder = new TextEncoder();
      let over = false;
      const begin = (): void => {
        if (over) return;
        channel.start({
          data: (bytes, done) => {
            used ||= bytes.length > 0;
            turns.write(terminal, bytes, done);
          },
          // The last line must not come below what is said of the end.
          end: (fault) => turns.write(terminal, nothing, () => !over && ended(fault)),
        });
      };
      const mark = `reconnected ${clock.format(Date.now())}`;
      const anew = restarted;
      restarted = false;
      // After what is left of the connection before.
      if (used) turns.write(terminal, nothing, () => markReconnect(terminal, mark, anew, begin));
      else begin();
      const typed = terminal.onData((text) => channel.send(encoder.encode(text)));
      // Reports of some mouse modes: one byte per UTF-16 unit, not text.
      const reported = terminal.onBinary((text) => channel.send(Uint8Array.from(text, (unit) => unit.charCodeAt(0))));
      return () => {
        over = true;
        typed.dispose();
        reported.dispose();
      };
    },
    restarted: () => {
      restarted = true;
    },
    paste: (text) => terminal.paste(text),
    copySelection,
    selectAll: () => terminal.selectAll(),
    clear: () => {
      search.clear();
      terminal.clear();
    },
    text: (most) => terminalText(terminal, most),
    setFontSize: (pixels) => {
      terminal.options.fontSize = pixels;
      refit();
    },
    focus: () => terminal.focus(),
    dispose: () => {
      turns.forget(terminal);
      search.clear();
      terminal.dispose();
      element.remove();
    },
  };
}
