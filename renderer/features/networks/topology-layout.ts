import type { GuestId } from '#model/guest';
import type { HostLink, Network, NicAttachment, NicSource } from '#model/network';

/** Something in the drawing. `column`: 0 the host's interfaces, 1 its bridges, 2 networks, 3 guests. */
export interface TopologyNode {
  readonly id: string;
  readonly column: 0 | 1 | 2 | 3;
  readonly name: string;
  readonly detail: string;
  readonly active: boolean;
  readonly target: { readonly kind: 'network'; readonly id: string } | { readonly kind: 'guest'; readonly id: GuestId } | null;
  /** Of its upper edge, in rows. */
  readonly row: number;
}

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly active: boolean;
}

export interface TopologyLayout {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  readonly rows: number;
  /** Guests for which there was no room. */
  readonly left: number;
}

/** More would be a drawing that nobody reads; the table has all. */
const GUESTS_MAX = 150;

type Placed = Omit<TopologyNode, 'row'>;

/** Who hangs where: each guest beside its first network, each network beside its guests, and so on to the host's interfaces. */
export function layOut(networks: readonly Network[], links: readonly HostLink[], nics: readonly NicAttachment[]): TopologyLayout {
  const guests = [...new Set(nics.map(({ guest }) => guest))];
  const shown = new Set(guests.slice(0, GUESTS_MAX));
  const nodes = new Map<string, Placed>();
  const edges = new Map<string, TopologyEdge>();
  const node = (placed: Placed) => {
    if (!nodes.has(placed.id)) nodes.set(placed.id, placed);
    return placed.id;
  };
  const edge = (from: string, to: string, active: boolean) => {
    const key = `${from} ${to}`;
    edges.set(key, { from, to, active: active || edges.get(key)?.active === true });
  };
  const linkNode = (name: string): string => {
    const link = links.find((one) => one.name === name);
    const isBridge = link?.kind === 'bridge';
    const id = node({
      id: `link ${name}`,
      column: isBridge ? 1 : 0,
      name,
      detail: link === undefined ? 'not there now' : linkWords[link.kind],
      active: link?.up !== false && link !== undefined,
      target: null,
    });
    if (isBridge) for (const member of links.filter(({ master }) => master === name)) edge(linkNode(member.name), id, true);
    return id;
  };

  for (const network of networks) {
    const id = node({
      id: `network ${network.name}`,
      column: 2,
      name: network.name,
      detail: [network.forward === 'isolated' ? 'isolated' : null, network.bridge, ...network.subnets.slice(0, 1)]
        .filter(Boolean)
        .join(', '),
      active: network.active,
      target: { kind: 'network', id: network.id },
    });
    if (network.forward === 'bridge' && network.bridge !== null) edge(linkNode(network.bridge), id, network.active);
    else if (['nat', 'route', 'open'].includes(network.forward)) edge(node(wayOut), id, network.active);
  }
  for (const nic of nics) {
    if (!shown.has(nic.guest)) continue;
    const guest = node({
      id: `guest ${nic.guest}`,
      column: 3,
      name: nic.guestName,
      detail: '',
      active: false,
      target: { kind: 'guest', id: nic.guest },
    });
    if (nic.active) nodes.set(guest, { ...(nodes.get(guest) ?? { ...wayOut, id: guest }), active: true });
    edge(placeOf(nic.source, nic.guest, node, linkNode), guest, nic.active);
  }
  return { ...placed([...nodes.values()], [...edges.values()]), edges: [...edges.values()], left: guests.length - shown.size };
}

const linkWords: Readonly<Record<HostLink['kind'], string>> = {
  ethernet: 'network card',
  wifi: 'Wi-Fi',
  bridge: 'bridge',
  virtual: 'virtual interface',
};

const wayOut: Placed = { id: 'way out', column: 0, name: 'The host’s way out', detail: 'NAT or routed', active: true, target: null };

function placeOf(source: NicSource, guest: GuestId, node: (placed: Placed) => string, linkNode: (name: string) => string): string {
  if (source.kind === 'bridge') return linkNode(source.name);
  if (source.kind === 'direct') return linkNode(source.device);
  const missing = { column: 2, active: false, target: null } as const;
  if (source.kind === 'network') return node({ ...missing, id: `network ${source.name}`, name: source.name, detail: 'not there' });
  if (source.kind === 'user')
    return node({ ...missing, id: `user ${guest}`, name: 'Its own network', detail: source.backend, active: true });
  return node({ ...missing, id: `other ${source.type}`, name: source.type, detail: 'another kind' });
}

/** From the right to the left: guests in the order of what they hang on, the others beside what hangs on them. */
function placed(nodes: readonly Placed[], edges: readonly TopologyEdge[]): { nodes: TopologyNode[]; rows: number } {
  const rows = new Map<string, number>();
  const order = new Map(nodes.filter(({ column }) => column < 3).map(({ id }, index) => [id, index] as const));
  const firstOf = (id: string) =>
    Math.min(...edges.filter(({ to }) => to === id).map(({ from }) => order.get(from) ?? 0), Number.MAX_SAFE_INTEGER);
  const guests = nodes.filter(({ column }) => column === 3).sort((one, other) => firstOf(one.id) - firstOf(other.id));
  for (const [index, { id }] of guests.entries()) rows.set(id, index);
  for (const column of [2, 1, 0] as const) {
    const wished = nodes
      .filter((node) => node.column === column)
      .map((node) => ({ id: node.id, at: besideAll(edges.filter(({ from }) => from === node.id).flatMap(({ to }) => rows.get(to) ?? [])) }))
      .sort((one, other) => (one.at ?? Number.MAX_VALUE) - (other.at ?? Number.MAX_VALUE));
    let free = 0;
    for (const { id, at } of wished) {
      const row = Math.max(free, at ?? free);
      rows.set(id, row);
      free = row + 1;
    }
  }
  const result = nodes.map((node) => ({ ...node, row: rows.get(node.id) ?? 0 }));
  return { nodes: result, rows: Math.max(0, ...result.map(({ row }) => row + 1)) };
}

/** Further down than this from the first of what hangs on it, a network of many guests would be out of sight. */
const DOWN_MAX = 3;

/** The middle of these rows, or near the first of many. */
function besideAll(rows: readonly number[]): number | null {
  if (rows.length === 0) return null;
  const first = Math.min(...rows);
  return Math.min((first + Math.max(...rows)) / 2, first + DOWN_MAX);
}
