import { type OrderedGuest, type PlaceChange, samePlace, StartPlace } from '#model/start-order';
import { BackendError, onlyLooking, requireChangeable } from '../../errors.ts';
import type { StartOrder } from '../../start-order.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, element, parseXml, serialize, type XmlElement } from '../xml/document.ts';
import { Affect } from './both-definitions.ts';

/** libvirt: VIR_CONNECT_LIST_DOMAINS_PERSISTENT: one that exists only while it runs is never started. */
const PERSISTENT = 4;
/** libvirt: VIR_DOMAIN_METADATA_ELEMENT. */
const OWN_ELEMENT = 2;
/** libvirt writes it as <guesthouse:start xmlns:guesthouse="…" order="2" delay="30"/> into the guest's <metadata>. */
const NAMESPACE = 'urn:guesthouse:start:1';
const KEY = 'guesthouse';
/** Questions under way at a time: the connection takes four calls, and one place stays free for others. */
const WIDTH = 3;

/** libvirt starts what is marked for it with its host in no order: ours is kept in the guests' own definitions, for every computer to see. */
export function createStartOrder(host: LibvirtHost, { mayChange }: { readonly mayChange: boolean }): StartOrder {
  return {
    read: () => readOrder(host),
    set: async (change) => {
      if (!mayChange) throw onlyLooking();
      requireChangeable(change.id);
      await setPlace(host, change);
    },
  };
}

async function readOrder(host: LibvirtHost): Promise<OrderedGuest[]> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: PERSISTENT });
  const found: OrderedGuest[] = [];
  for (let start = 0; start < domains.length; start += WIDTH) {
    const some = domains.slice(start, start + WIDTH);
    const places = await Promise.all(some.map((dom) => placeOf(host, dom)));
    some.forEach(({ uuid, name }, at) => {
      const place = places[at] ?? null;
      if (place !== null) found.push({ id: uuid, name, place });
    });
  }
  return found;
}

/** What we write is far shorter; what others wrote there is none of ours. */
const TEXT_MAX = 500;

/** Null: it has none, or is gone. */
async function placeOf(host: LibvirtHost, dom: Domain): Promise<StartPlace | null> {
  try {
    const { metadata } = await host.call(remote.domainGetMetadata, { dom, type: OWN_ELEMENT, uri: NAMESPACE, flags: Affect.config });
    if (metadata.length > TEXT_MAX) return null;
    const start = parseXml(metadata);
    const place = StartPlace.safeParse({ order: wholeAt(start, 'order'), delay: wholeAt(start, 'delay') });
    return start.name === 'start' && place.success ? place.data : null;
  } catch (error) {
    if (failedWith(error, 'not-found', 'invalid-definition')) return null;
    throw error;
  }
}

function wholeAt(start: XmlElement, name: string): number | null {
  const text = attribute(start, name);
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

async function setPlace(host: LibvirtHost, { id, was, place }: PlaceChange): Promise<void> {
  const dom = await host.domainOf(id);
  const now = await placeOf(host, dom);
  if (samePlace(now, place)) return;
  if (!samePlace(now, was)) {
    throw new BackendError('conflict', `“${dom.name}” was given another place in the start order meanwhile.`, {
      remedy: 'Look at the order as it is now, then save yours again.',
    });
  }
  const metadata = place === null ? null : serialize(element('start', { order: String(place.order), delay: String(place.delay) }));
  // Both, or the running guest would seem to wait for its next start with it.
  const flags = Affect.config + (dom.id < 0 ? 0 : Affect.live);
  try {
    await host.job(remote.domainSetMetadata, { dom, type: OWN_ELEMENT, metadata, key: KEY, uri: NAMESPACE, flags });
  } catch (error) {
    if (!failedWith(error, 'outcome-unknown') || !samePlace(await placeOf(host, dom), place)) throw error;
  }
}
