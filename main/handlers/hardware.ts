import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { HardwareKeeper } from '../hardware-keeper.ts';

export const hardwareHandlers = (keeper: HardwareKeeper): Handlers<AppContract>['hardware'] => ({
  read: async (ref) => keeper.read(ref),
  plan: async ({ guest, wish }) => keeper.plan(guest, wish),
  apply: async (wished, { window }) => keeper.apply(window, wished),
});
