import type { NicAttachment, NicAttachments, NicSource } from '#model/network';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, parseXml, type XmlElement } from '../xml/document.ts';

/** So many guests are looked into; each costs two calls. */
const GUESTS_MAX = 1024;
/** Documents under way at a time: the connection takes four calls, and one place stays free for others. */
const WIDTH = 3;

/** Every network card of every guest, as it runs and as it will with its next start. */
export async function readAttachments(host: LibvirtHost): Promise<NicAttachments> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const looked = domains.slice(0, GUESTS_MAX);
  const found: (NicAttachment[] | null)[] = [];
  for (let start = 0; start < looked.length; start += WIDTH) {
    found.push(...(await Promise.all(looked.slice(start, start + WIDTH).map((dom) => readGuest(host, dom)))));
  }
  const unread = found.filter((nics) => nics === null).length + domains.length - looked.length;
  return { nics: found.flatMap((nics) => nics ?? []), unread };
}

/** Null: it could not be read. */
async function readGuest(host: LibvirtHost, dom: Domain): Promise<NicAttachment[] | null> {
  try {
    const [running, next] = await Promise.all([
      dom.id < 0 ? null : host.domainXml(dom, DomainXml.live),
      // Of a guest that exists only while it runs, this is how it was started.
      host.domainXml(dom, DomainXml.inactive),
    ]);
    return attachmentsOf(dom, running === null ? null : parseXml(running), parseXml(next));
  } catch (error) {
    if (failedWith(error, 'not-found')) return [];
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}

/** Cards of the next start that the running guest has in the same place are told once. */
export function attachmentsOf(dom: Pick<Domain, 'uuid' | 'name'>, running: XmlElement | null, next: XmlElement): NicAttachment[] {
  const guest = { guest: dom.uuid, guestName: dom.name };
  const active = cardsOf(running).map((card) => ({ ...guest, ...card, active: true }));
  const placeOf = ({ mac, source }: Pick<NicAttachment, 'mac' | 'source'>) => JSON.stringify([mac, source]);
  const known = new Set(active.map(placeOf));
  const later = cardsOf(next)
    .filter((card) => !known.has(placeOf(card)))
    .map((card) => ({ ...guest, ...card, target: null, active: false }));
  return [...active, ...later];
}

function cardsOf(domain: XmlElement | null): Pick<NicAttachment, 'mac' | 'model' | 'source' | 'target'>[] {
  return children(child(domain, 'devices'), 'interface').map((card) => ({
    mac: attribute(child(card, 'mac'), 'address') ?? '',
    model: attribute(child(card, 'model'), 'type'),
    source: sourceOf(card),
    target: attribute(child(card, 'target'), 'dev'),
  }));
}

function sourceOf(card: XmlElement): NicSource {
  const type = attribute(card, 'type') ?? '';
  const source = child(card, 'source');
  const [network, bridge, device] = ['network', 'bridge', 'dev'].map((name) => attribute(source, name));
  if (type === 'network' && network) return { kind: 'network', name: network, portGroup: attribute(source, 'portgroup') };
  if (type === 'bridge' && bridge) return { kind: 'bridge', name: bridge };
  if (type === 'direct' && device) return { kind: 'direct', device, mode: attribute(source, 'mode') };
  if (type === 'user') {
    const passt = attribute(child(card, 'backend'), 'type') === 'passt';
    return { kind: 'user', backend: passt ? 'passt' : 'slirp', forwards: children(card, 'portForward').flatMap(forwardsOf) };
  }
  return { kind: 'other', type };
}

/** "TCP port 2222 leads to 22". Source: formatdomain, "Userspace connection using passt". */
function forwardsOf(forward: XmlElement): string[] {
  const protocol = (attribute(forward, 'proto') ?? 'tcp').toUpperCase();
  const address = attribute(forward, 'address');
  return children(forward, 'range')
    .filter((range) => attribute(range, 'exclude') !== 'yes')
    .map((range) => {
      const [start, end, to] = ['start', 'end', 'to'].map((name) => attribute(range, name));
      const [ports, lead] = end ? [`ports ${start} to ${end}`, 'lead'] : [`port ${start}`, 'leads'];
      return `${protocol} ${ports}${address === null ? '' : ` of ${address}`} ${lead} to ${to ?? start}`;
    });
}
