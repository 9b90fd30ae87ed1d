import { contract } from '#contract/contract';
import type { AppContract } from '#contract/contract';
import type { Caller, Handlers, Reply } from '#contract/define';
import type { GuestRef } from '#model/guest';
import type { Host } from '#model/host';
import { AddressWishes } from './address-wishes.ts';
import { Approvals } from './approvals.ts';
import { CallLimits } from './call-limits.ts';
import { ClipboardGate } from './clipboard-gate.ts';
import { ConsoleBridge } from './console-bridge.ts';
import { consoleTitle } from './console-title.ts';
import { ConsoleSettings } from './console-settings.ts';
import { DefinitionDrafts } from './definition-drafts.ts';
import { DefinitionHistory } from './definition-history.ts';
import { DefinitionKeeper, withDefinitions } from './definition-keeper.ts';
import { DeletedGuests } from './deleted-guests.ts';
import { GuestDeleter } from './guest-deleter.ts';
import { GuestMaker } from './guest-maker.ts';
import { clipboardHandlers } from './handlers/clipboard.ts';
import { consoleHandlers } from './handlers/consoles.ts';
import { definitionHandlers } from './handlers/definitions.ts';
import { guestHandlers } from './handlers/guests.ts';
import { hardwareHandlers } from './handlers/hardware.ts';
import { hostHandlers } from './handlers/hosts.ts';
import { templateHandlers } from './handlers/templates.ts';
import { inspectionHandlers } from './handlers/inspection.ts';
import { interruptionHandlers } from './handlers/interruptions.ts';
import { inventoryHandlers } from './handlers/inventory.ts';
import { mediaHandlers } from './handlers/media.ts';
import { FirewallKeeper } from './firewall-keeper.ts';
import { networkHandlers } from './handlers/networks.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { startOrderHandlers } from './handlers/start-order.ts';
import { storageHandlers } from './handlers/storage.ts';
import { taskHandlers } from './handlers/tasks.ts';
import { usbHandlers } from './handlers/usb.ts';
import { windowHandlers } from './handlers/windows.ts';
import { HardwareKeeper } from './hardware-keeper.ts';
import { HostEditor } from './host-editor.ts';
import { HostTrials } from './host-trials.ts';
import { InspectionKeeper } from './inspection-keeper.ts';
import { Interruptions } from './journal/interruptions.ts';
import { Journal } from './journal/journal.ts';
import { askIn } from './login-questions.ts';
import { MediaTokens } from './media-tokens.ts';
import { LanTrials } from './lan-trials.ts';
import { NetworkKeeper } from './network-keeper.ts';
import { Questions } from './questions.ts';
import { RecentMedia } from './recent-media.ts';
import { Registry } from './registry.ts';
import { createRouter } from './router.ts';
import { Sampler } from './sampler.ts';
import { Screenshots } from './screenshots.ts';
import { sleep } from './sleep.ts';
import { StartOrderKeeper } from './start-order-keeper.ts';
import { StorageKeeper } from './storage-keeper.ts';
import type { Surroundings } from './surroundings.ts';
import { Tasks } from './tasks.ts';
import { UsbGiver } from './usb-giver.ts';
import { UsbRules, withUsbRules } from './usb-rules.ts';
import { VolumeLocks } from './volume-locks.ts';
import { VolumeMover } from './volume-mover.ts';
import { WebApprovals } from './web-approvals.ts';

export type { ConsolePort, Surroundings } from './surroundings.ts';

/** The whole program except its windows. */
export interface Guesthouse {
  /** Answers one message of a window. Never rejects, whatever the message is. */
  call(channel: unknown, args: readonly unknown[], caller: Caller): Promise<Reply>;
  hosts(): readonly Host[];
  /** For the window that holds its consoles. */
  titleOf(guest: GuestRef): string;
  /** The computer woke up, or its network changed. */
  nudge(): void;
  /** Frees all that the window held: consoles, watches, tokens. */
  windowClosed(window: number): void;
  /** Cancels what can be cancelled, waits a few seconds for it, and ends every connection. */
  close(): Promise<void>;
}

/** Begins connecting at once. `checkOutputs` parses what goes to windows too: in tests only. */
export function createGuesthouse(surroundings: Surroundings, { checkOutputs = false } = {}): Guesthouse {
  const { publish, backends, hosts, consoleWindows } = surroundings;
  const log = (line: string): void => surroundings.log(line);
  const consoleSettings = new ConsoleSettings(surroundings.consoleSettings);
  const heard = withDefinitions(
    withUsbRules(publish, () => usbRules),
    () => definitions,
  );
  const registry = new Registry({ backends, hosts, publish: heard, log, random: Math.random });
  const sampler = new Sampler({ registry, publish, log });
  const journal = new Journal({
    ...surroundings.journal,
    hostName: (host) => registry.saved().find(({ id }) => id === host)?.name ?? host,
    changed: () => publish.interruptions.changed({}),
    log,
  });
  const tasks = new Tasks((task) => publish.tasks.changed(task), log, surroundings.uuid, journal);
  const tokens = new MediaTokens(surroundings.uuid);
  const questions = new Questions(async (window, question, signal) => surroundings.confirm(window, question, signal));
  const webApprovals = new WebApprovals(questions, surroundings.media);
  const consoles = new ConsoleBridge({
    connection: (host) => registry.connection(host),
    ask: (window, host) => {
      const link = registry.link(host);
      return askIn(questions, window, () => link.saved);
    },
    createPort: (window, ticket) => surroundings.createPort(window, ticket),
    log,
  });
  const clipboard = new ClipboardGate({ registry, settings: consoleSettings, questions, desktop: surroundings.clipboard, publish });
  const usbRules = new UsbRules({ registry, settings: consoleSettings, publish, log });
  const locks = new VolumeLocks((host, volume) => journal.isIncomplete(host, volume));
  const interruptions = new Interruptions({ journal, files: surroundings.journal.files, registry, tasks, questions });
  const history = new DefinitionHistory({ shelf: surroundings.definitions, log });
  const definitions = new DefinitionKeeper({ registry, tasks, questions, history });
  const deleted = new DeletedGuests({ registry, tasks, questions, history, shelf: surroundings.definitions, log });
  const deleter = new GuestDeleter(registry, tasks, questions, locks, {
    onDeleted: (guest) => void consoleSettings.forgetGuest(guest).catch((error: unknown) => log(String(error))),
    keep: (guest) => definitions.keep(guest),
    remember: (guest, name) => deleted.remember(guest, name),
  });
  const recent = new RecentMedia({
    kept: surroundings.recentMedia,
    sources: surroundings.media,
    tokens,
    questions,
    uuid: surroundings.uuid,
    log,
  });
  const maker = new GuestMaker({
    registry,
    tasks,
    tokens,
    recent,
    sources: surroundings.media,
    questions,
    locks,
    webApprovals,
    uuid: surroundings.uuid,
    grantAccess: async (commands) => surroundings.grantAccess(commands),
  });
  const mover = new VolumeMover({ registry, tasks, questions, locks, files: surroundings.files, uuid: surroundings.uuid });
  const screenshots = new Screenshots(registry, surroundings.files);
  const wishes = new AddressWishes(surroundings.uuid);
  const services = { backends, registry, wishes, questions, approvals: new Approvals(questions) };
  const editor = new HostEditor({
    ...services,
    saveHosts: async (saved) => surroundings.saveHosts(saved),
    uuid: surroundings.uuid,
    onRemoved: (host) => {
      sampler.forget(host);
      consoleSettings.forget(host).catch((error: unknown) => log(String(error)));
      history.forget(host).catch((error: unknown) => log(String(error)));
    },
  });
  const trials = new HostTrials(services);
  const limits = new CallLimits();

  const handlers: Handlers<AppContract> = {
    hosts: hostHandlers({ ...services, editor, trials, surroundings }),
    guests: guestHandlers({ registry, sampler, tasks, questions, deleter, maker, screenshots, consoleWindows }),
    hardware: hardwareHandlers(new HardwareKeeper(registry, tasks, questions, definitions)),
    inspection: inspectionHandlers(new InspectionKeeper(registry, tasks)),
    definitions: definitionHandlers(definitions, new DefinitionDrafts(), deleted, surroundings.schemas),
    storage: storageHandlers(registry, mover, new StorageKeeper({ registry, tasks, questions, locks })),
    networks: networkHandlers(
      registry,
      new NetworkKeeper(registry, tasks, questions),
      new FirewallKeeper(registry, tasks, questions),
      new LanTrials(registry, tasks, questions),
    ),
    startOrder: startOrderHandlers(new StartOrderKeeper({ registry, tasks, questions, sleep })),
    inventory: inventoryHandlers(registry),
    consoles: consoleHandlers({ consoles, registry, settings: consoleSettings, publish, surroundings }),
    clipboard: clipboardHandlers(registry, clipboard, consoleWindows),
    usb: usbHandlers(new UsbGiver(registry, consoleSettings, usbRules, questions), consoleWindows),
    media: mediaHandlers(surroundings, tokens, webApprovals, recent),
    tasks: taskHandlers(tasks),
    interruptions: interruptionHandlers(interruptions, journal),
    templates: templateHandlers(surroundings.templates, questions),
    settings: settingsHandlers(surroundings),
    windows: windowHandlers(registry, consoleWindows),
    keyboard: surroundings.keyboard,
    confirmation: surroundings.confirmation,
  };
  const owners = [sampler, consoles, clipboard, tokens, mover, wishes, trials, limits];
  registry.connectAll();

  return {
    call: createRouter(contract, handlers, { log, limits, checkOutputs }),
    hosts: () => registry.hosts(),
    titleOf: (guest) => consoleTitle(registry, guest),
    nudge: () => registry.nudge(),
    windowClosed: (window) => {
      for (const owner of owners) owner.windowClosed(window);
    },
    close: async () => {
      sampler.close();
      definitions.close();
      consoles.close();
      trials.close();
      await tasks.close();
      await registry.close();
      await history.settled();
    },
  };
}
