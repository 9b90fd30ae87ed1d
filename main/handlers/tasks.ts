import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Tasks } from '../tasks.ts';

export const taskHandlers = (tasks: Tasks): Handlers<AppContract>['tasks'] => ({
  list: async () => tasks.list(),
  cancel: async ({ task }) => tasks.cancel(task),
});
