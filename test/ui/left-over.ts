import { GiB } from '#model/quantity';
import type { FakeHost } from '../../backends/fake/fake-host.ts';
import type { OperationRecord, OwnFiles, RecordShelf } from '../../main/journal/operation-record.ts';
import { fakeShelf } from '../fakes/fake-shelf.ts';

const owner = { pid: 1, started: '1', boot: 'earlier' };
const PART = '/home/ada/Downloads/old-copy.qcow2.part';

/** A creation, an upload, a download and the rehearsal of a device that were killed, as the next start finds them; and a record that is damaged. */
export function leaveBehind(host: FakeHost, id: string): { shelf: RecordShelf; files: OwnFiles } {
  const running = [...host.guests.values()].find(({ alive }) => alive);
  const blank = { format: 'raw', folder: false, encrypted: false, backing: null, permissions: null, modified: null };
  host.uploads.push({ ...blank, pool: 'scratch', name: 'half.img', path: '/srv/scratch/half.img', capacity: 4 * GiB, allocation: GiB });
  const common = { version: 1 as const, host: id, hostName: 'This computer', owner };
  const guest = { kind: 'guest' as const, id: running?.guest.id ?? '', name: running?.guest.name ?? '' };
  const card = { kind: 'borrowed' as const, device: 'pci_0000_01_00_0', name: 'NVIDIA GeForce (0000:01:00.0)', driver: 'nouveau' };
  const sound = { ...card, device: 'pci_0000_01_00_1', name: 'NVIDIA HD Audio (0000:01:00.1)', driver: 'snd_hda_intel' };
  host.withVfio.add(card.device);
  const records: OperationRecord[] = [
    {
      ...common,
      id: '11111111-1111-4111-8111-111111111111',
      title: `Create “${guest.name}”`,
      startedAt: 1_790_000_000_000,
      entries: [
        { product: { kind: 'volume', pool: 'default', name: 'never-made.qcow2', capacity: GiB }, made: false, identity: null },
        { product: guest, made: true, identity: null },
      ],
    },
    {
      ...common,
      id: '22222222-2222-4222-8222-222222222222',
      title: 'Upload “half.img”',
      startedAt: 1_790_000_100_000,
      entries: [{ product: { kind: 'volume', pool: 'scratch', name: 'half.img', capacity: 4 * GiB }, made: true, identity: null }],
    },
    {
      ...common,
      id: '33333333-3333-4333-8333-333333333333',
      title: 'Download “old.qcow2”',
      host: 'removed',
      hostName: 'Attic',
      startedAt: 1_790_000_200_000,
      entries: [
        { product: { kind: 'file', path: PART }, made: true, identity: '1:2' },
        { product: { kind: 'secret', id: '33333333-3333-4333-8333-333333333334', name: 'old.qcow2' }, made: true, identity: null },
      ],
    },
    {
      ...common,
      id: '55555555-5555-4555-8555-555555555555',
      title: 'Change “windows”',
      startedAt: 1_790_000_300_000,
      entries: [
        { product: card, made: true, identity: null },
        { product: sound, made: false, identity: null },
      ],
    },
  ];
  const disk = new Map([[PART, '1:2']]);
  return {
    shelf: fakeShelf(records, ['44444444-4444-4444-8444-444444444444.json']),
    files: { identify: async (path) => disk.get(path) ?? null, remove: async (path) => void disk.delete(path) },
  };
}
