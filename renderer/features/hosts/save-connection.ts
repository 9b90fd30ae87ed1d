import type { HostWish } from '#contract/hosts';
import type { Host, HostId } from '#model/host';
import { api } from '../../api.ts';

/** Adds a host (`id` null) or changes one. Rejects with the fault of the call; a connection that fails afterwards is no fault of it. */
export async function saveConnection(id: HostId | null, wish: HostWish, connect: boolean): Promise<Host> {
  if (id !== null) return api.hosts.change({ host: id, wish });
  const added = await api.hosts.add(wish);
  if (connect) await api.hosts.connect({ host: added.id });
  return added;
}
