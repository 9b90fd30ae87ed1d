import { attribute, child, children, descendants, serialize, text, type XmlElement, type XmlNode } from '../xml/document.ts';
import { sourcesIn, type DiskSource } from '../storage/disk-uses.ts';
import type { HostKnowledge } from './host-knowledge.ts';
import { isPlain, unreadElements, verdictOf } from './host-places.ts';
import { namedWays } from './named-ways.ts';

const OWN_NAMESPACES = 'http://libvirt.org/schemas/domain/';

/**
 * What of the host the guest would get by the change, in words: files and folders that are no volumes of its pools, volumes that another guest
 * has, devices, addresses and ports, less confinement, arguments for the emulator, which may be anything. Nothing of this a window may give
 * away by itself. What counts as such, and why, is in host-places.ts.
 */
export async function hostGrants(before: XmlElement, after: XmlElement, host: HostKnowledge): Promise<string[]> {
  // Of a container it is the whole that keeps it apart.
  const named = [...namedOnHost(touched(after, before)), ...ofContainer(after)];
  const had = new Set(named.length === 0 ? [] : [...namedOnHost(before), ...ofContainer(before)].map(({ key }) => key));
  const fresh = named.filter(({ key }) => !had.has(key));
  const words = await Promise.all(fresh.map(async ({ path, says }) => (path !== null && (await host.isVolume(path)) ? [] : [says])));
  const others = await Promise.all([ofOtherGuests(before, after, host), devicesByNetwork(before, after, host)]);
  return [...new Set([...words.flat(), ...others.flat(), ...readAnew(before, after), ...letLoose(before, after)])];
}

/** An edited definition shares with what it was made of all that it did not touch: devices that stayed name nothing that they did not name. */
function touched(after: XmlElement, before: XmlElement): XmlElement {
  const old = new Set(children(child(before, 'devices')));
  const fresh = (node: XmlNode): boolean => node.kind !== 'element' || !old.has(node);
  const without = (one: XmlNode): XmlNode =>
    one.kind === 'element' && one.name === 'devices' ? { ...one, children: one.children.filter(fresh) } : one;
  return { ...after, children: after.children.map(without) };
}

/** Volumes that another guest has as its disk, or whose disk is built on them: the guest would read, or write, what is another's. */
async function ofOtherGuests(before: XmlElement, after: XmlElement, host: HostKnowledge): Promise<string[]> {
  const named = disksOf(touched(after, before));
  const had = new Set(named.length === 0 ? [] : disksOf(before).map(({ key }) => key));
  const fresh = named.filter(({ key }) => !had.has(key));
  const words = fresh.map(async ({ source }) => {
    const others = await host.othersWith(source);
    return others === null ? [] : [`${wordsFor(source)}, which ${others}`];
  });
  return (await Promise.all(words)).flat();
}

const wordsFor = (source: DiskSource): string =>
  source.kind === 'volume' ? `“${source.volume}” in the pool “${source.pool}”` : source.path;

function disksOf(domain: XmlElement): { key: string; source: DiskSource }[] {
  return children(child(domain, 'devices')).flatMap((device) => {
    // A container's folder can be an image too.
    const disk = device.name === 'filesystem' ? { ...device, name: 'disk' } : device;
    const alone: XmlElement = { ...domain, children: [disk] };
    return sourcesIn(alone).map((source) => ({ key: `${useOf(device)} ${JSON.stringify(source)}`, source }));
  });
}

/** A network can hand out devices of the host, each to a guest for itself (SR-IOV). */
async function devicesByNetwork(before: XmlElement, after: XmlElement, host: HostKnowledge): Promise<string[]> {
  const networksOf = (domain: XmlElement) =>
    descendants(domain, 'interface').flatMap((card) => attribute(child(card, 'source'), 'network') ?? []);
  const had = new Set(networksOf(before));
  const fresh = [...new Set(networksOf(after))].filter((name) => !had.has(name));
  const words = fresh.map(async (name) =>
    (await host.handsOutDevices(name)) ? [`a network device of the host, by the network “${name}”`] : [],
  );
  return (await Promise.all(words)).flat();
}

/**
 * A raw disk holds what the guest wrote to it. Read as an image, its first bytes name a file of the host that the guest gets as the base of its
 * disk: libvirt follows them, and gives the guest the right to that file too.
 */
function readAnew(before: XmlElement, after: XmlElement): string[] {
  const formatOf = (disk: XmlElement) => attribute(child(disk, 'driver'), 'type') ?? 'raw';
  const raw = new Set(descendants(before, 'disk').flatMap((disk) => (formatOf(disk) === 'raw' ? sourcesOf(disk) : [])));
  const images = descendants(after, 'disk').filter((disk) => formatOf(disk) !== 'raw');
  return images.flatMap(sourcesOf).flatMap((source) => (raw.has(source) ? [`any file that is named inside of the disk ${source}`] : []));
}

/** What a disk's source is, in whichever of its ways: a path, a pool's volume. */
function sourcesOf(disk: XmlElement): string[] {
  const source = child(disk, 'source');
  const said = ['file', 'dev', 'dir', 'volume', 'name'].flatMap((name) => attribute(source, name) ?? []);
  return said.length === 0 ? [] : [[...said, attribute(source, 'pool') ?? ''].filter(Boolean).join(' in ')];
}

/** What held a network card that stays, and holds it no more: by its address, since a card has no other name. */
function letLoose(before: XmlElement, after: XmlElement): string[] {
  const cardsOf = (domain: XmlElement) =>
    new Map(descendants(domain, 'interface').map((card) => [attribute(child(card, 'mac'), 'address'), card]));
  const now = cardsOf(after);
  return [...cardsOf(before)].flatMap(([mac, card]) => {
    const same = now.get(mac);
    if (same === undefined) return [];
    const filter = attribute(child(card, 'filterref'), 'filter');
    const freed = filter !== null && attribute(child(same, 'filterref'), 'filter') !== filter;
    const isolated = (one: XmlElement) => attribute(child(one, 'port'), 'isolated') === 'yes';
    return [
      ...(freed ? [`its network without the filter “${filter}”`] : []),
      ...(isolated(card) && !isolated(same) ? ['the other guests of its network, which it was kept from'] : []),
    ];
  });
}

interface Named {
  readonly key: string;
  readonly path: string | null;
  readonly says: string;
}

function namedOnHost(domain: XmlElement): Named[] {
  const ways = namedWays(domain).map((one) => ({ ...one, path: null }));
  return [...paths(domain), ...ways, ...devices(domain), ...rawAccess(domain), ...confinement(domain), ...passedOn(domain)];
}

/** The same place is another thing where it is a folder instead of a disk, where it can be written to, and where its files belong to whom the guest says. */
const useOf = (device: XmlElement): string =>
  `${device.name} ${child(device, 'readonly') === null ? 'written' : 'read'} ${attribute(device, 'accessmode') === 'passthrough' ? 'as is' : ''}`;

/** Numbers out of the kernel's generator, which every program of the host may have. */
const everybodys: ReadonlySet<string> = new Set(['/dev/random', '/dev/urandom']);

function paths(element: XmlElement, parent: string | null = null, use = ''): Named[] {
  if (unreadElements.has(element.name) || (parent === 'domain' && element.namespace.startsWith(OWN_NAMESPACES))) return [];
  const isPath = (name: string | null, value: string): boolean => {
    const verdict = verdictOf(parent, element.name, name);
    if (value === '' || (element.name === 'backend' && everybodys.has(value))) return false;
    return verdict === 'path' || (verdict === null && !isPlain(value));
  };
  const named = [...element.attributes].flatMap(([name, value]) => (!name.startsWith('xmlns') && isPath(name, value) ? [value] : []));
  const said = text(element);
  return [
    ...[...named, ...(isPath(null, said) ? [said] : [])].map((path) => ({ key: `${use} ${path}`, path, says: path })),
    ...children(element).flatMap((one) => paths(one, element.name, element.name === 'devices' ? useOf(one) : use)),
  ];
}

/** Commands that go past the kernel's checks, and the right that the hypervisor needs for them. */
function rawAccess(domain: XmlElement): Named[] {
  const raw = (one: XmlElement) => attribute(one, 'rawio') === 'yes' || attribute(one, 'sgio') === 'unfiltered';
  return [...descendants(domain, 'disk'), ...descendants(domain, 'hostdev')].filter(raw).map((one) => ({
    key: `raw ${serialize(child(one, 'source') ?? one)}`,
    path: null,
    says: 'any SCSI command on a device of the host',
  }));
}

function devices(domain: XmlElement): Named[] {
  const cards = descendants(domain, 'interface').filter((card) => attribute(card, 'type') === 'hostdev');
  const given = [...descendants(domain, 'hostdev'), ...cards].flatMap((device) => {
    const source = child(device, 'source');
    const kind = device.name === 'interface' ? 'network' : (attribute(device, 'type') ?? '');
    return source === null ? [] : [{ key: serialize(source), path: null, says: `the host’s own ${kind} device` }];
  });
  const readers = descendants(domain, 'smartcard').filter((one) => attribute(one, 'mode')?.startsWith('host') === true);
  return [...given, ...readers.map((one) => ({ key: serialize(one), path: null, says: 'the host’s smart card reader' }))];
}

/** What keeps the guest apart from the host. */
function confinement(domain: XmlElement): Named[] {
  const labels = descendants(domain, 'seclabel').map((label) => ({
    key: serialize(label),
    path: null,
    says: 'another security label, by which it may reach more',
  }));
  const rights = descendants(domain, 'capabilities').map((one) => ({
    key: serialize(one),
    path: null,
    says: 'rights that containers are kept from',
  }));
  return [...labels, ...rights];
}

/** That its root and its network are not the host's. */
function ofContainer(domain: XmlElement): Named[] {
  if (attribute(domain, 'type') !== 'lxc') return [];
  const maps = children(child(domain, 'idmap'));
  const asRoot = maps.length === 0 || maps.some((one) => Number(attribute(one, 'target')) === 0);
  // libvirt: src/lxc/lxc_container.c, lxcNeedNetworkNamespace.
  const apart = child(child(domain, 'features'), 'privnet') !== null || children(child(domain, 'devices'), 'interface').length > 0;
  return [
    ...(asRoot ? [{ key: 'root', path: null, says: 'the rights of the host’s root' }] : []),
    ...(apart ? [] : [{ key: 'network', path: null, says: 'the host’s own network, with all that listens there' }]),
  ];
}

/** Arguments for the emulator, namespaces shared with a container: libvirt passes on what is in its own namespaces as it is. */
function passedOn(domain: XmlElement): Named[] {
  const own = children(domain).filter(({ namespace }) => namespace.startsWith(OWN_NAMESPACES));
  return own.flatMap((part) =>
    children(part).map((one) => {
      const said = attribute(one, 'value') ?? attribute(one, 'name') ?? one.name;
      return { key: `${part.name} ${serialize(one)}`, path: null, says: `“${said}” (${part.name}), which may reach anything` };
    }),
  );
}
