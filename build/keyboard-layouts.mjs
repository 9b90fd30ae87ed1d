import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Writes the page's table of keyboard layouts from xkeyboard-config, for a person to look at and commit.
// Wants xkb-data, xkbcomp (x11-xkb-utils) and keysymdef.h (x11proto-dev). Usage: node build/keyboard-layouts.mjs

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = join(ROOT, 'renderer/features/consoles/keyboard/layout-tables.ts');

/** [our id, xkeyboard-config's layout and variant, name]; the first is what firmware and boot loaders know. */
const LAYOUTS = [
  ['us', 'us', 'US'],
  ['us-intl', 'us(intl)', 'US, international with dead keys'],
  ['gb', 'gb', 'British'],
  ['de', 'de', 'German'],
  ['de-nodeadkeys', 'de(nodeadkeys)', 'German, no dead keys'],
  ['at', 'at', 'Austrian'],
  ['ch', 'ch', 'Swiss German'],
  ['ch-fr', 'ch(fr)', 'Swiss French'],
  ['fr', 'fr', 'French'],
  ['be', 'be', 'Belgian'],
  ['ca', 'ca', 'Canadian French'],
  ['es', 'es', 'Spanish'],
  ['latam', 'latam', 'Latin American'],
  ['it', 'it', 'Italian'],
  ['pt', 'pt', 'Portuguese'],
  ['br', 'br', 'Brazilian'],
  ['nl', 'nl', 'Dutch'],
  ['se', 'se', 'Swedish'],
  ['no', 'no', 'Norwegian'],
  ['dk', 'dk', 'Danish'],
  ['fi', 'fi', 'Finnish'],
  ['is', 'is', 'Icelandic'],
  ['pl', 'pl', 'Polish'],
  ['cz', 'cz', 'Czech'],
  ['sk', 'sk', 'Slovak'],
  ['hu', 'hu', 'Hungarian'],
  ['ro', 'ro', 'Romanian'],
  ['hr', 'hr', 'Croatian'],
  ['si', 'si', 'Slovenian'],
  ['tr', 'tr', 'Turkish'],
  ['ru', 'ru', 'Russian'],
  ['ua', 'ua', 'Ukrainian'],
  ['bg', 'bg', 'Bulgarian'],
  ['gr', 'gr', 'Greek'],
  ['jp', 'jp', 'Japanese'],
  ['dvorak', 'us(dvorak)', 'US, Dvorak'],
  ['colemak', 'us(colemak)', 'US, Colemak'],
];

/** xkeyboard-config's names of the positions, in the order of layoutPositions in keyboard-layout.ts. */
const row = (/** @type {string} */ letter, /** @type {number} */ count) =>
  Array.from({ length: count }, (_, at) => `A${letter}${String(at + 1).padStart(2, '0')}`);
const POSITIONS = ['TLDE', ...row('E', 12), ...row('D', 12), ...row('C', 11), 'BKSL', 'LSGT', ...row('B', 10), 'AB11', 'AE13'];

/** Dead keys are written as the combining character that they add. */
const DEAD = new Map(
  Object.entries({
    dead_grave: '\u0300',
    dead_acute: '\u0301',
    dead_circumflex: '\u0302',
    dead_tilde: '\u0303',
    dead_macron: '\u0304',
    dead_breve: '\u0306',
    dead_abovedot: '\u0307',
    dead_diaeresis: '\u0308',
    dead_abovering: '\u030A',
    dead_doubleacute: '\u030B',
    dead_caron: '\u030C',
    dead_cedilla: '\u0327',
    dead_ogonek: '\u0328',
  }),
);

/** Characters by keysym name, as keysymdef.h gives them in its comments. */
function readCharacters() {
  /** @type {Map<string, string>} */
  const characters = new Map();
  const header = readFileSync('/usr/include/X11/keysymdef.h', 'utf8');
  for (const [, name = '', code = ''] of header.matchAll(/^#define XK_(\w+)\s+0x[0-9a-f]+\s+\/\*[ (]*U\+([0-9A-F]{4,6})/gm)) {
    characters.set(name, String.fromCodePoint(Number.parseInt(code, 16)));
  }
  return characters;
}

const characters = readCharacters();

/** @param {string} name of a keysym; a space where the key makes no character that can be typed by position alone */
function characterOf(name) {
  const unicode = /^U([0-9A-Fa-f]{4,6})$/.exec(name)?.[1];
  const character =
    DEAD.get(name) ?? characters.get(name) ?? (unicode === undefined ? ' ' : String.fromCodePoint(Number.parseInt(unicode, 16)));
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) || DEAD.has(name) ? character : ' ';
}

/**
 * The characters of each level (none, Shift, AltGr, Shift and AltGr), one for each position.
 * @param {string} symbols
 */
function levelsOf(symbols) {
  const source = `xkb_keymap { xkb_keycodes { include "evdev+aliases(qwerty)" }; xkb_types { include "complete" };
    xkb_compat { include "complete" }; xkb_symbols { include "pc+${symbols}+inet(evdev)" }; };`;
  const text = execFileSync('xkbcomp', ['-w0', '-xkb', '-', '-'], { input: source, encoding: 'utf8' });
  const altGr = /<RALT>\s*\{[^}]*ISO_Level3_Shift/.test(text);
  const levels = [[], [], [], []].map(() => POSITIONS.map(() => ' '));
  for (const [, key = '', body = ''] of text.matchAll(/key <(\w+)>\s*\{([^}]*)\}/g)) {
    const at = POSITIONS.indexOf(key);
    if (at < 0) continue;
    const names = /\[([^\]]*)\]/.exec(body.replace(/\[Group1\]/gi, ''))?.[1]?.split(',') ?? [];
    names.slice(0, altGr ? 4 : 2).forEach((name, level) => {
      const characters = levels[level];
      if (characters !== undefined) characters[at] = characterOf(name.trim());
    });
  }
  return levels.map((characters) => characters.join(''));
}

const escaped = (/** @type {string} */ text) =>
  text.replace(/[\\']/g, '\\$&').replace(/\p{M}/gu, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

const version = execFileSync(
  'sh',
  ['-c', "dpkg-query -W -f '${Version}' xkb-data 2>/dev/null || rpm -q --qf %{VERSION} xkeyboard-config"],
  {
    encoding: 'utf8',
  },
).replace(/-.*/, '');
const lines = LAYOUTS.map(([id = '', symbols = '', name = '']) => {
  const levels = levelsOf(symbols).map((level) => `      '${escaped(level)}',`);
  return `  {\n    id: '${id}',\n    name: '${name}',\n    levels: [\n${levels.join('\n')}\n    ],\n  },`;
});
writeFileSync(
  TARGET,
  `import type { KeyboardLayout } from './keyboard-layout.ts';

// Written by build/keyboard-layouts.mjs from xkeyboard-config ${version} (MIT licence).
export const keyboardLayouts: readonly KeyboardLayout[] = [
${lines.join('\n')}
];
`,
);
