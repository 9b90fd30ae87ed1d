import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { ConsoleBridge } from '../console-bridge.ts';

export const consoleHandlers = (consoles: ConsoleBridge): Handlers<AppContract>['consoles'] => ({
  open: async (wish, { window }) => consoles.open(window, wish),
});
