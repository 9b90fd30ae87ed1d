import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { ConsoleBridge } from '../console-bridge.ts';
import { saveConsoleText } from '../console-text.ts';
import { ownGuest } from '../own-guests.ts';
import type { Registry } from '../registry.ts';
import type { ConsoleWindows, DiskFiles } from '../surroundings.ts';

interface ConsoleServices {
  readonly consoles: ConsoleBridge;
  readonly registry: Registry;
  readonly files: DiskFiles;
  readonly consoleWindows: ConsoleWindows;
}

export const consoleHandlers = ({ consoles, registry, files, consoleWindows }: ConsoleServices): Handlers<AppContract>['consoles'] => ({
  open: async (wish, caller) => {
    ownGuest(consoleWindows, caller, wish.guest);
    await consoles.open(caller.window, wish);
  },
  saveText: async (wish, caller) => {
    ownGuest(consoleWindows, caller, wish.guest);
    return saveConsoleText(registry, files, caller.window, wish);
  },
});
