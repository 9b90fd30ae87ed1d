import type { Objection } from '#model/guest-spec';
import type { Problem, Problems } from './problems.ts';
import type { Step } from './draft-store.ts';

const stepOfProblem: Readonly<Record<Problem, Step>> = {
  source: 'source',
  checksum: 'source',
  packages: 'source',
  init: 'source',
  rootPool: 'source',
  hostname: 'source',
  unattended: 'source',
  idMap: 'source',
  cloudInit: 'first-boot',
  name: 'resources',
  memory: 'resources',
  vcpus: 'resources',
  diskSize: 'disk',
  pool: 'disk',
  volume: 'disk',
  moreDisks: 'disk',
};

const stepOfField: Readonly<Record<Objection['field'], Step>> = {
  media: 'source',
  name: 'resources',
  memory: 'resources',
  vcpus: 'resources',
  firmware: 'resources',
  machine: 'resources',
  drivers: 'resources',
  disk: 'disk',
  network: 'network',
  host: 'review',
};

/** The steps that hold something which stands in the way. */
export function wrongSteps(problems: Problems, objections: readonly Objection[]): ReadonlySet<Step> {
  const isProblem = (name: string): name is Problem => name in stepOfProblem;
  return new Set([
    ...Object.keys(problems)
      .filter(isProblem)
      .map((field) => stepOfProblem[field]),
    ...objections.filter(({ severity }) => severity === 'error').map(({ field }) => stepOfField[field]),
  ]);
}
