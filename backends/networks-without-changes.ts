import type { Networks } from './backend.ts';
import { onlyLooking } from './errors.ts';

/** What there is to look at of a host's networks. */
export function networksWithoutChanges(networks: Networks): Networks {
  const refuse = async (): Promise<never> => {
    throw onlyLooking();
  };
  const firewall = networks.firewall && { ...networks.firewall, look: refuse, change: refuse };
  return { ...networks, create: refuse, change: refuse, act: refuse, lan: null, firewall };
}
