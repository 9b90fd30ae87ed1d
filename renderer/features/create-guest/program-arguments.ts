/** Parted by spaces, as a shell does it: what stands in quotation marks stays together, and they go. A mark without its fellow is one like others. */
export const argumentsOf = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|\S)+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_all, double?: string, single?: string) => double ?? single ?? ''),
  );
