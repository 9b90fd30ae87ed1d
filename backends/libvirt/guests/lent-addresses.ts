import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, type XmlElement } from '../xml/document.ts';

// libvirt: VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE. The agent is not asked: it may not answer.
const FROM_LEASES = 0;

/** Addresses that libvirt's own networks have lent to a guest's cards. */
export type LentAddresses = ReadonlyMap<string, readonly string[]>;

/** By the MAC of the card, in lower case. Drivers that do not tell it of a guest, Xen's, have networks that do. */
export async function lentAddresses(host: Pick<LibvirtHost, 'job'>, dom: Domain, document: Promise<XmlElement>): Promise<LentAddresses> {
  try {
    const { ifaces } = await host.job(remote.domainInterfaceAddresses, { dom, source: FROM_LEASES, flags: 0 });
    return new Map(ifaces.map(({ hwaddr, addrs }) => [(hwaddr ?? '').toLowerCase(), addrs.map(({ addr }) => addr)]));
  } catch (error) {
    if (!failedWith(error, 'unsupported')) throw error;
    return lentByNetworks(host, await document);
  }
}

async function lentByNetworks(host: Pick<LibvirtHost, 'job'>, document: XmlElement): Promise<LentAddresses> {
  const cards = children(child(document, 'devices'), 'interface').flatMap((card) => {
    const [network, mac] = [attribute(child(card, 'source'), 'network'), attribute(child(card, 'mac'), 'address')];
    return network === null || mac === null ? [] : [{ network, mac: mac.toLowerCase() }];
  });
  const lent = new Map<string, string[]>(cards.map(({ mac }) => [mac, []]));
  const ofNetwork = async (name: string) => {
    const { net } = await host.job(remote.networkLookupByName, { name });
    const { leases } = await host.job(remote.networkGetDhcpLeases, { net, mac: null, needResults: 1, flags: 0 });
    for (const { mac, ipaddr } of leases) lent.get((mac ?? '').toLowerCase())?.push(ipaddr);
  };
  await Promise.all([...new Set(cards.map(({ network }) => network))].map(ofNetwork));
  return lent;
}
