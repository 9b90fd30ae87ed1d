import type { Confirmation } from '#model/confirmation';
import type { OperationRecord, Trace } from './operation-record.ts';
import { productPhrase } from './product-phrase.ts';

/** Names each thing that would go, and each that would not with the reason. */
export function cleanUpQuestion({ title, hostName }: OperationRecord, traces: readonly Trace[]): Confirmation {
  const doomed = traces.filter(({ remnant }) => remnant.kind === 'there');
  const kept = traces.flatMap(({ entry, remnant }) =>
    remnant.kind === 'kept' || remnant.kind === 'unknown' ? [`${productPhrase(entry.product)} (${remnant.why})`] : [],
  );
  return {
    title: `Remove what “${title}” left?`,
    message: [
      `The operation did not come to its end. What it had made on “${hostName}” until then is deleted. This cannot be undone.`,
      ...(kept.length === 0 ? [] : [`Kept: ${kept.join('; ')}.`]),
    ],
    details: doomed.map(({ entry: { product } }, index) => ({ label: `${index + 1}`, value: productPhrase(product), exact: false })),
    choices: [],
    confirm: 'Remove',
    danger: true,
  };
}
