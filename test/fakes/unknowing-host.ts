import type { HostKnowledge } from '../../backends/libvirt/hardware/host-knowledge.ts';

/** Nothing is known: each path is one that is no volume. */
export const knowsNothing: HostKnowledge = {
  isVolume: async () => false,
  othersWith: async () => null,
  handsOutDevices: async () => false,
};
