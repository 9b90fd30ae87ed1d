import type { GuestSpec, Objection } from '#model/guest-spec';
import type { VolumeRef } from '#model/storage';
import type { FakeHost } from './fake-host.ts';
import { graphOf } from './fake-volumes.ts';

/** What stands against volumes that are there already: two guests write to one disk, a base is written to, a copy is made of what changes. */
export function aboutUsers(host: FakeHost, { source, disks }: GuestSpec): Objection[] {
  const from = 'from' in source && source.from.kind === 'volume' && source.kind !== 'iso' ? source.from.volume : null;
  const inPlace = from !== null && source.kind === 'disk' && source.into === null;
  const others = disks.flatMap((disk) => (disk.kind === 'volume' ? [aboutDisk(host, 'disk', disk.volume)] : []));
  const first = from === null ? [] : inPlace ? aboutDisk(host, 'media', from) : aboutOriginal(host, from);
  return [...first, ...others.flat()];
}

function aboutDisk(host: FakeHost, field: 'media' | 'disk', volume: VolumeRef): Objection[] {
  const graph = graphOf(host);
  const found = graph.find(volume);
  if (found === null) return [];
  const names = [...graph.usersOf(found).map(({ name }) => name), ...graph.overlaysOf(found).map(({ ref }) => ref.name)];
  if (names.length === 0) return [];
  const needed = names.map((name) => `“${name}”`).join(', ');
  return [
    {
      field,
      severity: 'error',
      message: `${found.path} is needed by ${needed}: a second guest would destroy it for both.`,
      remedy: field === 'media' ? 'Have it copied into a pool.' : 'Choose another disk.',
      mends: field === 'media' ? [{ kind: 'copy', pool: volume.pool }] : [],
    },
  ];
}

function aboutOriginal(host: FakeHost, volume: VolumeRef): Objection[] {
  const graph = graphOf(host);
  const found = graph.find(volume);
  const writer = found === null ? undefined : graph.usersOf(found).find(({ running }) => running);
  if (found === null || writer === undefined) return [];
  const message = `“${writer.name}” is running and may write to ${found.path}: a copy would be of no use.`;
  return [{ field: 'media', severity: 'error', message, remedy: `Shut “${writer.name}” down first.`, mends: [] }];
}
