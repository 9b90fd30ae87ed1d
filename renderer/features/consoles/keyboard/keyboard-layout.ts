/** What each key of a keyboard makes, in one guest's setting. */
export interface KeyboardLayout {
  readonly id: string;
  readonly name: string;
  /**
   * Without a modifier, with Shift, with AltGr, with both: in each, one character for each of layoutPositions. A space stands where there
   * is none; a combining character stands for the dead key that adds it.
   */
  readonly levels: readonly string[];
}

const row = (prefix: string, keys: string): readonly string[] => Array.from(keys, (key) => prefix + key);

/** Keys by position, as in KeyboardEvent.code. */
export const layoutPositions: readonly string[] = [
  'Backquote',
  ...row('Digit', '1234567890'),
  'Minus',
  'Equal',
  ...row('Key', 'QWERTYUIOP'),
  'BracketLeft',
  'BracketRight',
  ...row('Key', 'ASDFGHJKL'),
  'Semicolon',
  'Quote',
  'Backslash',
  'IntlBackslash',
  ...row('Key', 'ZXCVBNM'),
  'Comma',
  'Period',
  'Slash',
  'IntlRo',
  'IntlYen',
];
