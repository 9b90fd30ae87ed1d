import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import type { Fault } from '#model/fault';
import { pasteText, runsCommands } from './paste-text.ts';
import type { ConsoleChannel } from '../port-channel.ts';
import { guardTerminal } from './terminal-guards.ts';

export interface SerialTerminal {
  /** Shows what comes and sends what is typed, until disposed. What was shown before stays. */
  attach(channel: ConsoleChannel, ended: (fault: Fault | null) => void): () => void;
  /** Types `text` as it is. */
  paste(text: string): void;
  copySelection(): void;
  focus(): void;
  dispose(): void;
}

interface TerminalOptions {
  /** A pasted text with line ends, which would run as commands: `paste` it or not. */
  asksToPaste(text: string): void;
  selected(hasSelection: boolean): void;
}

/** xterm looks at the clock only between two writes: larger pieces of hostile output would be taken in at one go, and block. */
const PIECE = 4096;

/** The same in light and dark: a terminal is read against black. */
const theme = { background: '#151515', foreground: '#f2f2f2', cursor: '#f2f2f2', selectionBackground: '#4d4d4d' };

export function createSerialTerminal(element: HTMLElement, { asksToPaste, selected }: TerminalOptions): SerialTerminal {
  const terminal = new Terminal({
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
  guardTerminal(terminal);
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  terminal.textarea?.setAttribute('aria-label', 'Serial console of the guest');

  const paste = (text: string): void => terminal.paste(text);
  const copySelection = (): void => {
    // Refused only without a gesture of the person, and then there is nobody to tell.
    if (terminal.hasSelection()) navigator.clipboard.writeText(terminal.getSelection()).catch(() => undefined);
  };
  terminal.onSelectionChange(() => selected(terminal.hasSelection()));
  terminal.attachCustomKeyEventHandler((event) => {
    if (!event.ctrlKey || !event.shiftKey || event.altKey) return true;
    if (event.code === 'KeyC') {
      event.preventDefault();
      if (event.type === 'keydown') copySelection();
      return false;
    }
    // Left to the browser, which answers with a paste event: reading the clipboard ourselves is not permitted here.
    return event.code !== 'KeyV';
  });
  const onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = pasteText(event.clipboardData?.getData('text/plain') ?? '');
    if (runsCommands(text)) asksToPaste(text);
    else paste(text);
  };
  element.addEventListener('paste', onPaste, true);

  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => fit.fit());
  });
  observer.observe(element);

  return {
    attach: (channel, ended) => {
      const encoder = new TextEncoder();
      const show = (bytes: Uint8Array, done: () => void): void => {
        for (let from = 0; from < bytes.length; from += PIECE) terminal.write(bytes.subarray(from, from + PIECE));
        terminal.write('', done);
      };
      channel.start({ data: show, end: ended });
      const typed = terminal.onData((text) => channel.send(encoder.encode(text)));
      // Reports of some mouse modes: one byte per UTF-16 unit, not text.
      const reported = terminal.onBinary((text) => channel.send(Uint8Array.from(text, (unit) => unit.charCodeAt(0))));
      return () => {
        typed.dispose();
        reported.dispose();
      };
    },
    paste,
    copySelection,
    focus: () => terminal.focus(),
    dispose: () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      element.removeEventListener('paste', onPaste, true);
      terminal.dispose();
    },
  };
}
