/** `stem` with `suffix`, or the first of stem-2, stem-3… that is not taken. */
export function freeName(taken: ReadonlySet<string>, stem: string, suffix: string): string {
  let name = `${stem}${suffix}`;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}-${number}${suffix}`;
  return name;
}

/** A file's name in two: what it is called, and how it ends. "disk.tar.gz" ends with ".gz"; ".hidden" and "lvol0" with nothing. */
export function splitName(name: string): { readonly stem: string; readonly suffix: string } {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 8 ? { stem: name.slice(0, dot), suffix: name.slice(dot) } : { stem: name, suffix: '' };
}
