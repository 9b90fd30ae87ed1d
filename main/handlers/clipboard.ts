import type { AppContract } from '#contract/contract';
import type { Caller, Handlers } from '#contract/define';
import type { GuestRef } from '#model/guest';
import type { AgentChannels } from '../../backends/backend.ts';
import type { ClipboardGate } from '../clipboard-gate.ts';
import { facetOf } from '../facet.ts';
import { ownGuest } from '../own-guests.ts';
import type { Registry } from '../registry.ts';
import type { ConsoleWindows } from '../surroundings.ts';

export function clipboardHandlers(
  registry: Registry,
  gate: ClipboardGate,
  consoleWindows: ConsoleWindows,
): Handlers<AppContract>['clipboard'] {
  const own = (caller: Caller, guest: GuestRef): ClipboardGate => {
    ownGuest(consoleWindows, caller, guest);
    return gate;
  };
  const channelsOf = (caller: Caller, guest: GuestRef): AgentChannels => {
    ownGuest(consoleWindows, caller, guest);
    return facetOf(registry.connection(guest.host), 'agentChannel');
  };
  return {
    ways: async ({ guest }, caller) => own(caller, guest).ways(guest),
    allow: async ({ guest, ways }, caller) => own(caller, guest).allow(caller.window, guest, ways),
    toGuest: async ({ guest }, caller) => own(caller, guest).toGuest(caller.window, guest),
    fromGuest: async ({ guest, text }, caller) => own(caller, guest).fromGuest(caller.window, guest, text),
    channel: async ({ guest, console }, caller) => channelsOf(caller, guest).state(guest.id, console),
    addChannel: async ({ guest, console }, caller) => channelsOf(caller, guest).add(guest.id, console),
  };
}
