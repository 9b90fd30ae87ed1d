import type { Confirmation } from '#model/confirmation';
import type { NotedEntry, OperationRecord, Trace } from './operation-record.ts';
import { productPhrase } from './product-phrase.ts';

/**
 * Names each thing, ticked where it would go; one that does not go says why. A choice's id is `choiceOf` its entry. A guest that has been
 * defined may have been started and used since, which nothing tells: then nothing is ticked from the start.
 */
export function cleanUpQuestion({ title, hostName }: OperationRecord, traces: readonly Trace[]): Confirmation {
  if (traces.every(isBorrowed)) return giveBackQuestion(title, hostName, traces);
  const usable = traces.some(({ entry, remnant }) => entry.product.kind === 'guest' && remnant.kind === 'there');
  return {
    title: `Remove what “${title}” left?`,
    message: [
      `This operation on “${hostName}” did not come to its end. What is ticked was made by it, or was to go with it, and is deleted with all that is in it. This cannot be undone.`,
      ...(traces.some(isBorrowed) ? ['A device of the host is not deleted, but given back to it.'] : []),
      ...(usable ? ['The guest may have been used since. Tick only what is of no use to you.'] : []),
    ],
    choices: choicesFor(traces, !usable),
    confirm: 'Delete',
    danger: true,
  };
}

const isBorrowed = ({ entry: { product } }: Trace): boolean => product.kind === 'borrowed';

/** Nothing is lost by it, but a driver may not like it. */
const giveBackQuestion = (title: string, hostName: string, traces: readonly Trace[]): Confirmation => ({
  title: `Give back what “${title}” took?`,
  message: [
    `This operation on “${hostName}” did not come to its end. What is ticked was taken from the host’s drivers by it, and goes back to them.`,
    'Some drivers, those of graphics cards above all, take a device back only when the host starts anew.',
  ],
  choices: choicesFor(traces, true),
  confirm: 'Give back',
  danger: false,
});

const choicesFor = (traces: readonly Trace[], ticked: boolean): Confirmation['choices'] =>
  traces.flatMap((trace) => {
    const { entry, remnant } = trace;
    if (remnant.kind === 'gone') return [];
    const there = remnant.kind === 'there';
    return [
      {
        id: choiceOf(entry),
        label: `${isBorrowed(trace) ? 'Give back' : 'Delete'} ${describe(entry)}`,
        detail: there ? null : `Kept: ${remnant.why}`,
        ticked: there && ticked,
        enabled: there,
      },
    ];
  });

/** So many are named; a question that nobody can read to its end protects nobody. */
const NAMED_MAX = 12;

/** What stays, and is not offered again; null where nothing is lost by forgetting it. */
export function keepQuestion({ title, hostName }: OperationRecord, traces: readonly Trace[]): Confirmation | null {
  const staying = traces.filter(({ entry, remnant }) => remnant.kind !== 'gone' && (remnant.kind !== 'kept' || isFilled(entry)));
  if (staying.length === 0) return null;
  const named = staying.slice(0, NAMED_MAX).map(({ entry, remnant }) => ({
    label: remnant.kind === 'unknown' ? 'Perhaps' : 'Stays',
    value: describe(entry),
    exact: false,
  }));
  const rest = staying.length - named.length;
  return {
    title: `Keep what “${title}” left?`,
    message: [
      staying.every(isBorrowed)
        ? `All of it stays with VFIO, so that “${hostName}” has to do without it, and Guesthouse forgets that. It goes back when the host starts anew, or by hand with virsh nodedev-reattach.`
        : `All of it stays on “${hostName}” and takes its room, and Guesthouse forgets that it is left over: to remove it later you must find it yourself.`,
      ...(staying.some(({ entry }) => isFilled(entry))
        ? ['Volumes that were being filled may be incomplete. They count as whole from now on.']
        : []),
    ],
    details: [...named, ...(rest > 0 ? [{ label: 'Stays', value: `and ${rest} more`, exact: false }] : [])],
    choices: [],
    confirm: 'Keep all of it',
    danger: false,
  };
}

const isFilled = ({ product: { kind } }: NotedEntry): boolean => kind === 'volume' || kind === 'overwritten';

export const choiceOf = ({ product }: NotedEntry): string => JSON.stringify(product);

/** Main's own window may tell where on this computer a file is. */
const describe = ({ product }: NotedEntry): string => (product.kind === 'file' ? `the file ${product.path}` : productPhrase(product));
