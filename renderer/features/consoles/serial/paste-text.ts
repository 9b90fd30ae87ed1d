/** Everything below space but tab and line ends, DEL and the second control block: ESC[201~ would end a bracketed paste early. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu;

/** What may be typed into a guest for a pasted text: the text without control characters, line ends as one LF. */
export function pasteText(pasted: string): string {
  return pasted.replaceAll(/\r\n?/gu, '\n').replaceAll(controls, '');
}

/** Pasting a line end runs whatever stands before it. */
export function runsCommands(text: string): boolean {
  return text.includes('\n');
}
