import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import { BackendError } from '../../backends/errors.ts';
import type { Registry } from '../registry.ts';

export const hostHandlers = (registry: Registry): Handlers<AppContract>['hosts'] => ({
  list: async () => registry.hosts(),
  connect: async ({ host }) => registry.link(host).connect(),
  disconnect: async ({ host }) => registry.link(host).disconnect(),
  test: notYet,
  stopTest: notYet,
  add: notYet,
  change: notYet,
  remove: notYet,
  chooseFile: notYet,
});

async function notYet(): Promise<never> {
  throw new BackendError('unsupported', 'Hosts cannot be added yet.');
}
