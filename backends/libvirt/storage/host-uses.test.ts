import { expect, test } from 'vitest';
import type { RunProgram } from '../transport/run-program.ts';
import { readHostUses } from './host-uses.ts';
import type { KnownVolume } from './storage-needs.ts';

const volume = (poolKind: string, path: string): KnownVolume => ({
  key: path,
  pool: poolKind,
  poolKind,
  servers: [],
  name: path.split('/').at(-1) ?? '',
  path,
  allocation: 1,
  backing: null,
  leadsOutside: false,
  usedByHost: null,
});
const block = (kname: string, more: object = {}) => ({
  kname,
  path: `/dev/${kname}`,
  type: 'disk',
  mountpoint: null,
  fstype: null,
  ...more,
});
const part = (kname: string, more: object = {}) => block(kname, { type: 'part', ...more });
const logical = (kname: string, name: string, more: object = {}) => block(kname, { path: `/dev/mapper/${name}`, type: 'lvm', ...more });

const group = part('sda2', {
  fstype: 'LVM2_member',
  children: [
    logical('dm-0', 'my--host-root', { mountpoint: '/' }),
    logical('dm-1', 'my--host-swap', { mountpoint: '[SWAP]' }),
    logical('dm-2', 'my--host-web', { fstype: 'LVM2_member' }),
  ],
});
const tree = [
  block('sda', { children: [part('sda1', { mountpoint: '/boot' }), group, part('sda3'), part('sda4', { fstype: 'zfs_member' })] }),
  block('sdb'),
  block('sdc', { children: [part('sdc1', { mountpoint: '/srv' })] }),
];

interface Answers {
  readonly lsblk?: readonly object[] | null;
  readonly links?: Readonly<Record<string, string>>;
}

/** A host elsewhere, and the programs it was asked to run. */
function hostElsewhere({ lsblk = tree, links = {} }: Answers = {}) {
  const asked: string[] = [];
  const run: RunProgram = async ([program, ...words]) => {
    asked.push(program);
    const lines = words.slice(2).map((path) => links[path] ?? path);
    const stdout = program === 'lsblk' ? JSON.stringify({ blockdevices: lsblk }) : `${lines.join('\n')}\n`;
    return { code: program === 'lsblk' && lsblk === null ? 1 : 0, stdout, stderr: '' };
  };
  return { host: { local: false, route: { run } }, asked };
}

test('of volumes that are files, or lie elsewhere, no program is asked', async () => {
  const { host, asked } = hostElsewhere();
  const { usedByHost, nameOf } = await readHostUses(host, [volume('dir', '/dev/sda1'), volume('rbd', 'rbd:p/i')]);
  expect([usedByHost(volume('dir', '/dev/sda1')), nameOf('/dev/sda1'), asked]).toEqual([false, null, []]);
});

test('what another host has mounted, swaps to or has built upon is told by one question for all pools', async () => {
  const unit = '/dev/disk/by-path/ip-10.0.0.1-lun-1';
  const { host, asked } = hostElsewhere({ links: { [unit]: '/dev/sdc' } });
  const root = volume('logical', '/dev/my-host/root');
  const [swap, web] = [volume('logical', '/dev/my-host/swap'), volume('logical', '/dev/my-host/web')];
  const [boot, member, free] = [volume('disk', '/dev/sda1'), volume('disk', '/dev/sda2'), volume('disk', '/dev/sda3')];
  const [whole, served] = [volume('scsi', '/dev/sdb'), volume('iscsi', unit)];
  const all = [root, swap, web, boot, member, free, whole, served];
  const { usedByHost, nameOf } = await readHostUses(host, all);
  // That "web" has LVM in it is its guest's doing: nothing of it is open on the host.
  expect(all.map(usedByHost)).toEqual([true, true, false, true, true, false, false, true]);
  expect(asked).toEqual(['lsblk', 'readlink']);
  expect([nameOf('/dev/my-host/web'), nameOf('/dev/mapper/my--host-web'), nameOf('/var/disk')]).toEqual(['/dev/dm-2', '/dev/dm-2', null]);
});

test('where nobody tells, nothing is taken for free', async () => {
  const volumes = [volume('logical', '/dev/g/a'), volume('logical', '/dev/g/b'), volume('mpath', '/dev/mapper/m')];
  for (const host of [{ local: false, route: { run: null } }, hostElsewhere({ lsblk: null }).host, hostElsewhere({ lsblk: [] }).host]) {
    const { usedByHost } = await readHostUses(host, volumes);
    expect(volumes.map(usedByHost)).toEqual([null, null, null]);
  }
  const marked = volume('disk', '/dev/sda4');
  expect((await readHostUses(hostElsewhere().host, [marked])).usedByHost(marked)).toBeNull();
});
