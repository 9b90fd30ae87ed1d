import type { ConfirmationDetail } from '#model/confirmation';

const LINES_SHOWN = 20;
/** What names something of the host must not be hidden behind what does not. */
const weighty = /=["']\/|>\/|<hostdev|<seclabel|commandline|:arg|:env|<pf|<forward|dev=/;

/** Those lines that name something of the host, by their looks. */
export const weightyLines = (lines: readonly string[]): string[] => lines.filter((line) => weighty.test(line));

/** Lines of a definition that are new, for a question: those first that weigh most, and all of those; and a sentence of how many are left out. */
export function newLines(lines: readonly string[]): { readonly details: ConfirmationDetail[]; readonly more: string[] } {
  const heavy = weightyLines(lines);
  const light = lines.filter((line) => !weighty.test(line)).slice(0, Math.max(0, LINES_SHOWN - heavy.length));
  const hidden = lines.length - heavy.length - light.length;
  return {
    details: [...heavy, ...light].map((value) => ({ label: 'New', value, exact: true })),
    more: hidden > 0 ? [`${hidden} more lines are new.`] : [],
  };
}
