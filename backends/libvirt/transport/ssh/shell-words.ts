/**
 * One word for the shell of a host, whichever it is: a person's login shell reads the command first. Quotes are written "'" and backslashes
 * "\\", because fish, unlike sh, knows \' within single quotes.
 */
export function shellWord(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (character) => (character === "'" ? `'"'"'` : `'"\\\\"'`))}'`;
}
