import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { HardwareKeeper } from '../hardware-keeper.ts';

export const hardwareHandlers = (keeper: HardwareKeeper): Handlers<AppContract>['hardware'] => ({
  read: async (ref) => keeper.read(ref),
  plan: async ({ guest, wish }) => keeper.plan(guest, wish),
  readDraft: async ({ host, definition }) => keeper.readDraft(host, definition),
  planDraft: async ({ host, definition, change }) => keeper.planDraft(host, definition, change),
  apply: async (wished, { window }) => keeper.apply(window, wished),
});
