const LONGEST = 256;

/** Text with control characters as visible symbols (Unicode "Control Pictures") and cut at 256 characters. */
export function readableText(text: string): string {
  const characters = Array.from(text);
  const cut = characters.length > LONGEST ? [...characters.slice(0, LONGEST - 1), '…'] : characters;
  return cut.map(visible).join('');
}

/** A name or note that a guest or host chose: it may hold anything, and must not change how the rest of the line reads. */
export function ForeignText({ text }: { readonly text: string }) {
  return <bdi>{readableText(text)}</bdi>;
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  // C1 controls, bidirectional overrides and isolates, the zero-width space, separators, the byte order mark.
  if ((code >= 0x80 && code < 0xa0) || /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/.test(character)) return '\ufffd';
  return character;
}
