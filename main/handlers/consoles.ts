import type { AppContract } from '#contract/contract';
import type { Handlers, Publisher } from '#contract/define';
import type { ExternalDisplay } from '#model/guest-console';
import type { GuestRef } from '#model/guest';
import { BackendError } from '../../backends/errors.ts';
import type { ConsoleBridge } from '../console-bridge.ts';
import type { ConsoleSettings } from '../console-settings.ts';
import { copyConsolePicture, saveConsolePicture } from '../console-pictures.ts';
import { saveConsoleText } from '../console-text.ts';
import { ownGuest } from '../own-guests.ts';
import type { Registry } from '../registry.ts';
import type { Surroundings } from '../surroundings.ts';

interface ConsoleServices {
  readonly consoles: ConsoleBridge;
  readonly registry: Registry;
  readonly settings: ConsoleSettings;
  readonly publish: Pick<Publisher<AppContract>, 'consoles'>;
  readonly surroundings: Pick<Surroundings, 'files' | 'consoleWindows' | 'clipboard' | 'viewer' | 'externalViewers'>;
}

export const consoleHandlers = ({
  consoles,
  registry,
  settings,
  publish,
  surroundings: { files, consoleWindows, clipboard, viewer, externalViewers },
}: ConsoleServices): Handlers<AppContract>['consoles'] => ({
  open: async (wish, caller) => {
    ownGuest(consoleWindows, caller, wish.guest);
    await consoles.open(caller.window, wish);
  },
  saveText: async (wish, caller) => {
    ownGuest(consoleWindows, caller, wish.guest);
    return saveConsoleText(registry, files, caller.window, wish);
  },
  savePicture: async (wish, caller) => {
    ownGuest(consoleWindows, caller, wish.guest);
    return saveConsolePicture(registry, files, caller.window, wish);
  },
  copyPicture: async ({ guest, png }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    await copyConsolePicture(clipboard, caller.window, png);
  },
  hasViewer: async () => viewer.isInstalled(),
  openInViewer: async ({ guest, console }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    await viewer.open(await registry.connection(guest.host).viewerFile(guest.id, console));
  },
  externalViewer: async ({ guest, console: name }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    const { opens } = await externalDisplay(registry, guest, name);
    return opens === null ? null : externalViewers.nameFor(opens);
  },
  openExternally: async ({ guest, console: name }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    const { opens, remedy } = await externalDisplay(registry, guest, name);
    if (opens === null) throw new BackendError('unsupported', 'No program of this computer reaches this display.', { remedy });
    await externalViewers.open(opens);
  },
  choices: async ({ guest }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    return (await settings.of(guest)).choices;
  },
  choose: async ({ guest, choices }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    // Throws for one that does not exist: what is kept for guests is bounded.
    registry.guest(guest);
    await settings.change(guest, (before) => ({ ...before, choices }));
    publish.consoles.chosen({ guest, choices });
  },
});

async function externalDisplay(registry: Registry, { host, id }: GuestRef, name: string): Promise<ExternalDisplay> {
  const { consoles } = await registry.connection(host).describeGuest(id);
  const display = consoles.find((one) => one.name === name);
  if (display?.kind !== 'external') throw new BackendError('not-found', 'The guest has no such display any more.');
  return display;
}
