import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { ConsoleBridge } from '../console-bridge.ts';
import { saveConsoleText } from '../console-text.ts';
import type { Registry } from '../registry.ts';
import type { DiskFiles } from '../surroundings.ts';

interface ConsoleServices {
  readonly consoles: ConsoleBridge;
  readonly registry: Registry;
  readonly files: DiskFiles;
}

export const consoleHandlers = ({ consoles, registry, files }: ConsoleServices): Handlers<AppContract>['consoles'] => ({
  open: async (wish, { window }) => consoles.open(window, wish),
  saveText: async (wish, { window }) => saveConsoleText(registry, files, window, wish),
});
