import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';

/** Milliseconds between two looks: a connection that broke with the old network waits no longer than this for the new one. */
export const networkLookEvery = 5000;

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Tells when this computer has got an address that it had not before. Returns what ends it. */
export function watchNetwork(onArrival: () => void, read: () => Interfaces = networkInterfaces): () => void {
  let before = addressesOf(read());
  const timer = setInterval(() => {
    const now = addressesOf(read());
    if ([...now].some((address) => !before.has(address))) onArrival();
    before = now;
  }, networkLookEvery);
  return () => clearInterval(timer);
}

/** Without those that lead nowhere: each guest that starts brings an interface with a link-local address. */
function addressesOf(interfaces: Interfaces): ReadonlySet<string> {
  const addresses = Object.values(interfaces).flatMap((one) => one ?? []);
  return new Set(addresses.flatMap(({ internal, address }) => (internal || /^fe80:/i.test(address) ? [] : [address])));
}
