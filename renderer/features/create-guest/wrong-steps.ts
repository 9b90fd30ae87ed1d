import type { Objection } from '#model/guest-spec';
import type { Problems } from './draft.ts';
import type { Step } from './draft-store.ts';

const stepOfField: Readonly<Record<Objection['field'] | keyof Problems, Step>> = {
  media: 'media',
  name: 'resources',
  memory: 'resources',
  vcpus: 'resources',
  firmware: 'resources',
  disk: 'disk',
  withDisk: 'disk',
  diskSize: 'disk',
  pool: 'disk',
  network: 'network',
  host: 'review',
};

/** The steps that hold something which stands in the way. */
export function wrongSteps(problems: Problems, objections: readonly Objection[]): ReadonlySet<Step> {
  const isField = (name: string): name is keyof Problems => name in stepOfField;
  return new Set([
    ...Object.keys(problems)
      .filter(isField)
      .map((field) => stepOfField[field]),
    ...objections.filter(({ severity }) => severity === 'error').map(({ field }) => stepOfField[field]),
  ]);
}
