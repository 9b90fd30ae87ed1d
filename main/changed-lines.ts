/** Characters; of a longer line the rest is shown, and counted, as another one. */
const LINE_MAX = 400;

/** Lines of `own` that `proposed` has not; null: the two are the same but for the uuid, which each preview chooses anew. */
export function changedLines(proposed: string, own: string): string[] | null {
  const linesOf = (text: string) =>
    text
      .replace(/<uuid>[0-9a-f-]*<\/uuid>/, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const [before, after] = [linesOf(proposed), linesOf(own)];
  if (before.join('\n') === after.join('\n')) return null;
  const known = new Set(before);
  return after.filter((line) => !known.has(line)).flatMap((line) => chunksOf(line));
}

function chunksOf(line: string): string[] {
  return Array.from({ length: Math.ceil(line.length / LINE_MAX) }, (_, at) => line.slice(at * LINE_MAX, (at + 1) * LINE_MAX));
}
