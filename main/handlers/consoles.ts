import type { AppContract } from '#contract/contract';
import type { Handlers, Publisher } from '#contract/define';
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
  readonly surroundings: Pick<Surroundings, 'files' | 'consoleWindows' | 'clipboard' | 'viewer' | 'remoteDesktop'>;
}

export const consoleHandlers = ({
  consoles,
  registry,
  settings,
  publish,
  surroundings: { files, consoleWindows, clipboard, viewer, remoteDesktop },
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
  rdpProgram: async () => remoteDesktop.program(),
  openRemoteDesktop: async ({ guest, console: name }, caller) => {
    ownGuest(consoleWindows, caller, guest);
    const { consoles: all } = await registry.connection(guest.host).describeGuest(guest.id);
    const display = all.find((one) => one.name === name);
    if (display?.kind !== 'external' || display.rdp === null)
      throw new BackendError('unsupported', 'No remote-desktop program reaches this display.');
    await remoteDesktop.open(display.rdp);
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
