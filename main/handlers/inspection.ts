import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { InspectionKeeper } from '../inspection-keeper.ts';

export const inspectionHandlers = (keeper: InspectionKeeper): Handlers<AppContract>['inspection'] => ({
  outlook: async (ref) => keeper.outlook(ref),
  read: async (ref) => keeper.read(ref),
  inspect: async ({ guest, operation }) => {
    await keeper.inspect(guest, operation);
    return {};
  },
});
