import { NewGuestName } from '#model/guest';

/** From what a thing is called: "Debian 13" becomes debian-13. `taken`: names that the host has already. */
export function nameAfter(thing: string, taken: readonly string[]): string {
  const plain = thing
    .replace(/\.(iso|img|qcow2|raw|vmdk|vdi|vhdx?|ova|ovf|tar|gz|xz)$/i, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const short = Array.from(plain)
    .slice(0, 56)
    .join('')
    .replace(/[^\p{L}\p{N}]+$/u, '');
  return unique(NewGuestName.safeParse(short).success ? short : 'guest', taken);
}

function unique(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}
