import type { DefinitionOutlook, NamedDisk } from '#model/deleted-guest';
import type { GuestId } from '#model/guest';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

/** What is still there of a guest by its definition: only folders of pools are looked into. */
export function fakeOutlook(host: FakeHost, definition: string): DefinitionOutlook {
  const gone = new Set([...host.deleted.values()].flatMap(({ disks }) => [...disks]));
  const inPool = (path: string) => host.pools.some((pool) => pool.path !== null && path.startsWith(`${pool.path}/`));
  const find = (path: string): NamedDisk['found'] => (gone.has(path) ? 'gone' : inPool(path) ? 'there' : 'unknown');
  const disks = [...definition.matchAll(/<disk [^]*?<\/disk>/g)].flatMap(([disk]) => {
    const path = /file="([^"]*)"/.exec(disk)?.[1];
    return path === undefined ? [] : [{ target: /dev="([^"]*)"/.exec(disk)?.[1] ?? '', path, found: find(path) }];
  });
  const locked = /<graphics type="(?:vnc|spice)"/.test(definition);
  return { disks, lost: locked ? ['the password of its screen, if it had one'] : [] };
}

/** A guest that was deleted is there again, off. */
export function defineFakeAgain(host: FakeHost, id: GuestId, definition: string, name: string): void {
  const there = host.guests.get(id);
  if (there !== undefined) throw new BackendError('exists', `The guest is there again, as “${there.guest.name}”. Nothing was done.`);
  if ([...host.guests.values()].some(({ guest }) => guest.name === name)) {
    throw new BackendError('exists', `Another guest is called “${name}” by now. Nothing was done.`, { remedy: 'Give it another name.' });
  }
  const known = host.deleted.get(id)?.guest;
  if (known === undefined || !definition.includes(`<uuid>${id}</uuid>`)) {
    throw new BackendError('invalid-definition', 'This is no definition of the guest.');
  }
  known.guest = { ...known.guest, name, state: 'shut-off', persistent: true, saved: false };
  known.definition = definition.replace(/<name>[^<]*/, () => `<name>${name}`);
  host.add(known);
}
