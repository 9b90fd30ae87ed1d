import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { Host } from '#model/host';
import type { Task } from '#model/task';
import type { StaleKind } from '#model/inventory';
import { api } from '../api.ts';
import { readableText } from '../ui/foreign-text.tsx';
import { toast } from '../ui/toasts.ts';
import { invalidate } from './invalidate.ts';
import { forgetSamples, receiveSamples } from './samples.ts';
import { applyChanges, type GuestsSnapshot, type NumberedChange } from './live.ts';
import { guestKeys, hostKeys, settingsKeys, taskKeys } from './keys.ts';

/** Changes told while a list is on its way: they may be newer than the list when it arrives. */
const underway = new Map<HostId, NumberedChange[]>();

/** Reads a host's guests such that no change is lost between the reading and the first event. */
export async function readGuests(host: HostId): Promise<GuestsSnapshot> {
  const heard: NumberedChange[] = [];
  underway.set(host, heard);
  try {
    return applyChanges({ ...(await api.guests.list({ host })), lostAt: null }, heard);
  } finally {
    if (underway.get(host) === heard) underway.delete(host);
  }
}

/** Keeps the cache true from events, for as long as the page lives. A burst of changes becomes one update per host. */
export function keepLive(client: QueryClient): void {
  const waiting = new Map<HostId, NumberedChange[]>();
  const flush = () => {
    for (const [host, changes] of waiting) {
      // A list from before the connection was lost waits to be read anew; writing to it would make it pass for fresh.
      const unread = client.getQueryState(guestKeys.list(host))?.status === 'error';
      client.setQueryData<GuestsSnapshot>(guestKeys.list(host), (old) => (old?.lostAt === null ? applyChanges(old, changes) : undefined));
      // One change does not make up for all that a failed reading may have missed.
      if (unread) void client.invalidateQueries({ queryKey: guestKeys.list(host) });
    }
    waiting.clear();
  };

  api.guests.changed(({ host, seq, change }) => {
    underway.get(host)?.push({ seq, change });
    if (waiting.size === 0) setTimeout(flush, 4);
    const changes = waiting.get(host);
    if (changes) changes.push({ seq, change });
    else waiting.set(host, [{ seq, change }]);

    const ref = { host, id: change.kind === 'removed' ? change.id : change.guest.id };
    if (change.kind === 'removed') forgetSamples(ref);
    invalidate(client, guestKeys.one(ref));
  });
  api.guests.relisted(({ host }) => {
    waiting.delete(host);
    void client.invalidateQueries({ queryKey: guestKeys.host(host) });
  });
  api.guests.noticed(({ notice: { name, severity, message } }) => toast({ variant: severity, title: `${readableText(name)}: ${message}` }));
  api.guests.sampled(({ host, samples }) => receiveSamples(host, samples));

  api.hosts.changed((host) => {
    const before = client.getQueryData<Host[]>(hostKeys.list)?.find(({ id }) => id === host.id)?.state;
    client.setQueryData<Fault | null>(hostKeys.trouble(host.id), (old) =>
      host.state.kind !== 'connecting' ? null : before?.kind === 'failed' ? before.fault : (old ?? null),
    );
    client.setQueryData<Host[]>(hostKeys.list, (old) => old && upsert(old, host));
    if (host.state.kind === 'connected') {
      invalidate(client, hostKeys.parts(host.id));
    } else {
      // It stays so until the list is read anew, which is a moment after the connection is back.
      client.setQueryData<GuestsSnapshot>(guestKeys.list(host.id), (old) => old && { ...old, lostAt: old.lostAt ?? Date.now() });
    }
  });
  api.hosts.removed(({ host }) => {
    client.setQueryData<Host[]>(hostKeys.list, (old) => old?.filter((one) => one.id !== host));
    for (const queryKey of [guestKeys.host(host), hostKeys.parts(host), hostKeys.load(host), hostKeys.offer(host)]) {
      client.removeQueries({ queryKey });
    }
  });
  api.hosts.stale(({ host, what }) => {
    for (const kind of what) for (const queryKey of keysOf(host, kind)) invalidate(client, queryKey);
  });
  api.hosts.loaded(({ host, load }) => client.setQueryData(hostKeys.load(host), load));
  api.tasks.changed((task) => client.setQueryData<Task[]>(taskKeys.list, (old) => old && upsert(old, task)));
  api.settings.changed((settings) => client.setQueryData(settingsKeys.all, settings));
}

/** All that shows something of this kind. */
function keysOf(host: HostId, kind: StaleKind): QueryKey[] {
  switch (kind) {
    case 'pools':
      return [hostKeys.pools(host), hostKeys.uses(host), hostKeys.defaultPool(host), hostKeys.offer(host), hostKeys.inventory(host, kind)];
    case 'volumes':
      return [hostKeys.volumesOfAll(host), hostKeys.uses(host)];
    case 'networks':
      return [hostKeys.networks(host), hostKeys.offer(host), hostKeys.inventory(host, kind)];
    case 'devices':
      return [hostKeys.hardware(host), hostKeys.drives(host), hostKeys.inventory(host, kind)];
    case 'interfaces':
    case 'secrets':
    case 'filters':
      break;
  }
  return [hostKeys.inventory(host, kind)];
}

function upsert<T extends { readonly id: string }>(list: readonly T[], item: T): T[] {
  return list.some((one) => one.id === item.id) ? list.map((one) => (one.id === item.id ? item : one)) : [...list, item];
}
