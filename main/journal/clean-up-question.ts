import type { Confirmation } from '#model/confirmation';
import type { NotedEntry, OperationRecord, Trace } from './operation-record.ts';
import { productPhrase } from './product-phrase.ts';

/**
 * Names each thing, ticked where it would go; one that does not go says why. A choice's id is `choiceOf` its entry. A guest that has been
 * defined may have been started and used since, which nothing tells: then nothing is ticked from the start.
 */
export function cleanUpQuestion({ title, hostName }: OperationRecord, traces: readonly Trace[]): Confirmation {
  const usable = traces.some(({ entry, remnant }) => entry.product.kind === 'guest' && remnant.kind === 'there');
  return {
    title: `Remove what “${title}” left?`,
    message: [
      `This operation on “${hostName}” did not come to its end. What is ticked was made by it, and is deleted with all that is in it. This cannot be undone.`,
      ...(usable ? ['The guest may have been used since. Tick only what is of no use to you.'] : []),
    ],
    choices: traces.flatMap(({ entry, remnant }) =>
      remnant.kind === 'gone'
        ? []
        : [
            {
              id: choiceOf(entry),
              label: `Delete ${describe(entry)}`,
              detail: remnant.kind === 'there' ? null : `Kept: ${remnant.why}`,
              ticked: remnant.kind === 'there' && !usable,
              enabled: remnant.kind === 'there',
            },
          ],
    ),
    confirm: 'Delete',
    danger: true,
  };
}

export const choiceOf = ({ product }: NotedEntry): string => JSON.stringify(product);

/** Main's own window may tell where on this computer a file is. */
const describe = ({ product }: NotedEntry): string => (product.kind === 'file' ? `the file ${product.path}` : productPhrase(product));
