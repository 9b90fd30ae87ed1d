import { Unicode11Addon } from '@xterm/addon-unicode11';
import type { IUnicodeHandling, IUnicodeVersionProvider, Terminal } from '@xterm/xterm';

/** More than any living script puts on one letter. */
const JOINED_MAX = 8;

const VERSION = '11-bounded';

/**
 * Gives the terminal the character widths that guests reckon with: those of Unicode 11, as their C library has them. Clusters of graphemes
 * (the addon for them) would be drawn nicer and put the cursor where the guest does not believe it to be.
 *
 * xterm 6 adds each combining character to the cell before it, without end: one megabyte of accents would be one cell, which freezes whoever
 * draws it. Here a cell takes eight, and what follows begins the next.
 */
export function boundUnicode(terminal: Terminal): void {
  const tables = unicode11(terminal);
  terminal.unicode.register({
    version: VERSION,
    wcwidth: (codepoint) => tables.wcwidth(codepoint),
    charProperties: (codepoint, preceding) => {
      // Asked for each character of the output, which is ASCII most of the time.
      if (codepoint >= 0x20 && codepoint < 0x7f) return ALONE;
      const properties = tables.charProperties(codepoint, preceding);
      if (!joins(properties)) return properties;
      const joined = (preceding >> STATE_SHIFT) + 1;
      return joined > JOINED_MAX ? ALONE : (joined << STATE_SHIFT) | (properties & ~(-1 << STATE_SHIFT));
    },
  });
  terminal.unicode.activeVersion = VERSION;
}

// What charProperties returns, after xterm's UnicodeService: the lowest bit says that the character joins the one before it, the next two
// are its width, and the rest is the provider's own.
const joins = (properties: number): boolean => (properties & 1) === 1;
const STATE_SHIFT = 3;
const ALONE = 1 << 1;

/** The addon knows only how to hand its tables to a terminal. */
function unicode11(terminal: Terminal): IUnicodeVersionProvider {
  const providers: IUnicodeVersionProvider[] = [];
  const unicode: IUnicodeHandling = { register: (provider) => void providers.push(provider), versions: [], activeVersion: '' };
  const addon = new Unicode11Addon();
  addon.activate(new Proxy(terminal, { get: (target, key) => (key === 'unicode' ? unicode : Reflect.get(target, key)) }));
  const [provider] = providers;
  if (provider === undefined) throw new Error('The addon for Unicode 11 has no tables.');
  return provider;
}
