import type { GuestRef } from '#model/guest';
import { canGuest, guestActions, GuestAction } from '#model/guest-action';
import type { Host, HostId } from '#model/host';
import { nextStep } from '../../data/host-state.ts';
import { paths } from '../../data/paths.ts';
import type { PlacedGuest } from '../../data/queries.ts';

/** One thing that can be gone to or done. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  /** Where: tells apart what has the same title. */
  readonly detail: string;
  readonly does:
    | { readonly kind: 'go'; readonly to: string }
    | { readonly kind: 'host'; readonly host: Host; readonly verb: HostVerb }
    | { readonly kind: 'act'; readonly row: PlacedGuest; readonly action: GuestAction };
}

export type HostVerb = 'step' | 'disconnect' | 'remove';

const MOST = 40;
const refOf = ({ host, guest }: PlacedGuest): GuestRef => ({ host, id: guest.id });

/**
 * Pages, pools (their names by host), guests and what guests permit now, of which each word of `text` is a part. Words that begin the name of an action find it at every
 * guest that the other words find: "pau web" is "Pause web-1", "Pause web-2".
 */
export function findEntries(
  text: string,
  hosts: readonly Host[],
  rows: readonly PlacedGuest[],
  pools: ReadonlyMap<HostId, readonly string[]> = new Map(),
): readonly Entry[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = pagesOf(hosts, pools).filter(({ title, detail }) =>
    words.every((word) => `${title} ${detail}`.toLocaleLowerCase().includes(word)),
  );
  const nameOf = new Map(hosts.map((host) => [host.id, host.name]));
  for (const row of rows) {
    if (found.length >= MOST) break;
    const name = row.guest.name.toLocaleLowerCase();
    const others = words.filter((word) => !name.includes(word));
    const detail = nameOf.get(row.host) ?? row.host;
    const id = `${row.host}/${row.guest.id}`;
    if (others.length === 0) {
      found.push({ id, title: row.guest.name, detail, does: { kind: 'go', to: paths.guest(refOf(row)) } });
    } else {
      for (const action of actionsFor(others)) {
        if (row.lostAt !== null || !canGuest(row.guest, action).allowed) continue;
        found.push({
          id: `${id}/${action}`,
          title: `${guestActions[action].label} ${row.guest.name}`,
          detail,
          does: { kind: 'act', row, action },
        });
      }
      if (others.every((word) => 'console'.startsWith(word))) {
        found.push({
          id: `${id}/console`,
          title: `Console of ${row.guest.name}`,
          detail,
          does: { kind: 'go', to: paths.guest(refOf(row), 'console') },
        });
      }
    }
  }
  return found.slice(0, MOST);
}

/** Without the marks for the start with the host: who types “start web” has another thing in mind. */
const verbs = GuestAction.options.filter((action) => action !== 'autostart' && action !== 'no-autostart');

const actionsFor = (words: readonly string[]) =>
  verbs.filter((action) => {
    const parts = guestActions[action].label.toLocaleLowerCase().split(' ');
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });

function pagesOf(hosts: readonly Host[], pools: ReadonlyMap<HostId, readonly string[]>): Entry[] {
  const page = (to: string, title: string, detail: string): Entry => ({ id: to, title, detail, does: { kind: 'go', to } });
  return [
    page(paths.allGuests, 'All guests', ''),
    page(paths.allScreens, 'All screens', ''),
    page(paths.addHost, 'Add connection', ''),
    ...hosts.flatMap((host) => {
      const step = nextStep(host.state);
      const does = (verb: HostVerb, title: string): Entry => ({
        id: `${host.id}/${verb}`,
        title,
        detail: host.name,
        does: { kind: 'host', host, verb },
      });
      const abilities = host.state.kind === 'connected' ? host.state.abilities : null;
      return [
        page(paths.host(host.id), 'Guests', host.name),
        ...(abilities?.screenshots === true ? [page(paths.screens(host.id), 'Screens', host.name)] : []),
        ...(abilities?.createGuests === true ? [page(paths.create(host.id), 'Create guest', host.name)] : []),
        ...(abilities?.storage === true ? [page(paths.storage(host.id), 'Storage', host.name)] : []),
        ...(abilities?.storage === true ? (pools.get(host.id) ?? []) : []).map((pool) =>
          page(paths.storage(host.id, pool), `Storage: ${pool}`, host.name),
        ),
        ...(abilities?.networks === true ? [page(paths.networks(host.id), 'Networks', host.name)] : []),
        ...((abilities?.inventory.length ?? 0) > 0 ? [page(paths.devices(host.id), 'Devices', host.name)] : []),
        page(paths.startOrder(host.id), 'Start order', host.name),
        page(paths.hostOverview(host.id), 'Host', host.name),
        ...(step === null ? [] : [does('step', step.label)]),
        ...(host.state.kind === 'connected' ? [does('disconnect', 'Disconnect')] : []),
        page(paths.editHost(host.id), 'Edit connection', host.name),
        does('remove', 'Remove connection…'),
      ];
    }),
  ];
}
