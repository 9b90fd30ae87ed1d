import type { AgentChannel } from '#model/clipboard';
import type { AgentChannels } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

/** The channels of the agents in a fake host's guests: there, unless a test has said otherwise (`FakeHost.agentChannels`). */
export function fakeAgentChannels(host: FakeHost, alive: () => void): AgentChannels {
  const state = async (id: string): Promise<AgentChannel> => {
    alive();
    await host.reach('describe');
    alive();
    return host.agentChannels.get(host.find(id).guest.id) ?? { kind: 'present' };
  };
  return {
    state,
    add: async (id) => {
      const before = await state(id);
      if (before.kind === 'impossible') throw new BackendError('unsupported', `${before.why}.`);
      if (before.kind === 'present') return 'now';
      if (before.kind === 'next-start') return 'next-start';
      host.agentChannels.set(id, before.addable === 'now' ? { kind: 'present' } : { kind: 'next-start' });
      host.touch(id);
      return before.addable;
    },
  };
}
