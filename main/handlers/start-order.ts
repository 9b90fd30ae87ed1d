import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { StartOrderKeeper } from '../start-order-keeper.ts';

export const startOrderHandlers = (keeper: StartOrderKeeper): Handlers<AppContract>['startOrder'] => ({
  read: async ({ host }) => keeper.read(host),
  set: async ({ host, changes }) => keeper.set(host, changes),
  start: async ({ host, operation }) => keeper.start(host, operation),
  shutDown: async ({ host, operation }, { window }) => keeper.shutDown(window, host, operation),
});
