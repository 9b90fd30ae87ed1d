/** Of this run of the program: the same wish has another mark in the next. */
const seeds = Array.from({ length: 4 }, () => Math.floor(Math.random() * 2 ** 32));

/**
 * Tells one wish from another without keeping it: a wish may hold a password that was typed, and is remembered for long after it was carried
 * out. FNV-1a with four seeds: 128 bits are enough to tell wishes apart, and no secret can be read back from them. The page of the UI tests,
 * which has no node:crypto, runs this too.
 */
export const wishMark = (wish: string): string => seeds.map((seed) => hashed(wish, seed)).join('');

function hashed(text: string, seed: number): string {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
