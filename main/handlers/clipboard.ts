import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { ClipboardGate } from '../clipboard-gate.ts';
import { facetOf } from '../facet.ts';
import type { Registry } from '../registry.ts';

export const clipboardHandlers = (registry: Registry, gate: ClipboardGate): Handlers<AppContract>['clipboard'] => ({
  ways: async ({ guest }) => gate.ways(guest),
  allow: async ({ guest, ways }, { window }) => gate.allow(window, guest, ways),
  toGuest: async ({ guest }, { window }) => gate.toGuest(window, guest),
  fromGuest: async ({ guest, text }, { window }) => gate.fromGuest(window, guest, text),
  channel: async ({ guest, console }) => facetOf(registry.connection(guest.host), 'agentChannel').state(guest.id, console),
  addChannel: async ({ guest, console }) => facetOf(registry.connection(guest.host), 'agentChannel').add(guest.id, console),
});
