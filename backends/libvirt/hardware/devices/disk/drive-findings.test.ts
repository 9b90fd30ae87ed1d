import { expect, test } from 'vitest';
import { FakeLibvirtd } from '../../../../../test/fakes/fake-libvirtd.ts';
import type { Domain } from '../../../protocol/objects.ts';
import { remote } from '../../../protocol/remote.ts';
import { openOver } from '../../../rpc/open-session.ts';
import type { RunProgram } from '../../../transport/run-program.ts';
import { volumeUse } from './disk-users.ts';
import { driveFindings } from './drive-findings.ts';

const sdb = `<device><name>block_sdb</name><path>/sys/devices/pci0/block/sdb</path><parent>computer</parent><devnode type='dev'>/dev/sdb</devnode>
  <devnode type='link'>/dev/disk/by-id/ata-WD_1</devnode><capability type='storage'><block>/dev/sdb</block><drive_type>disk</drive_type>
  <size>536870912</size></capability></device>`;
const me = '00000000-0000-4000-8000-000000000001';
const other = '00000000-0000-4000-8000-000000000002';

interface Wish {
  readonly mountpoint?: string | null;
  /** Disks of guests, by uuid. */
  readonly guests?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
}

/** A host elsewhere with one disk, which has a partition. */
async function hostWith({ mountpoint = null, guests = {}, links = {} }: Wish) {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllNodeDevices, () => ({ devices: [{ name: 'block_sdb' }], ret: 1 }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, () => ({ xml: sdb }));
  const domains: Domain[] = Object.keys(guests).map((uuid) => ({ name: `guest ${uuid.at(-1)}`, uuid, id: -1 }));
  daemon.answer(remote.connectListAllDomains, () => ({ domains, ret: domains.length }));
  daemon.answer(remote.connectListAllStoragePools, () => ({ pools: [], ret: 0 }));
  const session = await openOver(daemon.connect(), 'qemu:///system');
  const call: typeof session.call = (procedure, args) => session.call(procedure, args);
  const blockdevices = [
    { kname: 'sdb', path: '/dev/sdb', type: 'disk', children: [{ kname: 'sdb1', path: '/dev/sdb1', type: 'part', mountpoint }] },
  ];
  const run: RunProgram = async ([program, ...words]) => {
    const ends = words.slice(2).map((path) => links[path] ?? path);
    return { code: 0, stdout: program === 'readlink' ? `${ends.join('\n')}\n` : JSON.stringify({ blockdevices }), stderr: '' };
  };
  const domainXml = async ({ uuid }: Domain) =>
    `<domain><devices><disk type='block' device='disk'><source dev='${guests[uuid] ?? ''}'/><target dev='vda'/></disk></devices></domain>`;
  return { call, job: call, domainXml, local: false, driverUri: 'qemu:///system', route: { run } };
}
const writes = { readOnly: false, shareable: false };
const findingsFor = async (path: string, wish: Wish, disk = writes) => driveFindings(await hostWith(wish), path, disk, me);
const mounted = expect.stringContaining('The host uses /dev/sdb: something of it is mounted');

test('a disk that another host has mounted a part of is refused by any of its names; who only reads is warned', async () => {
  const wish = { mountpoint: '/', links: { '/srv/disk': '/dev/sdb' } };
  for (const path of ['/dev/sdb', '/dev/disk/by-id/ata-WD_1', '/srv/disk']) {
    expect(await findingsFor(path, wish), path).toMatchObject({ problems: [{ field: 'path', message: mounted }] });
  }
  expect(await findingsFor('/dev/sdb', wish, { readOnly: true, shareable: false })).toEqual({ problems: [], warnings: [mounted] });
  expect(await findingsFor('/dev/sdb', wish, { readOnly: false, shareable: true })).toMatchObject({ problems: [{ message: mounted }] });
  expect(await findingsFor('/dev/sdb', {})).toEqual({ problems: [], warnings: [] });
  expect(await findingsFor('/dev/sdz', wish)).toBeNull();
});

test('a disk of which another guest has a part is refused, unless it is shared; its own is not', async () => {
  const message = expect.stringContaining('is the disk of “guest 2” already');
  const taken = { guests: { [other]: '/dev/sdb1' } };
  expect(await findingsFor('/dev/sdb', taken)).toEqual({ problems: [{ field: 'path', message }], warnings: [] });
  expect(await findingsFor('/dev/sdb', taken, { readOnly: false, shareable: true })).toEqual({ problems: [], warnings: [message] });
  expect(await findingsFor('/dev/sdb', { guests: { [me]: '/dev/sdb1' } })).toEqual({ problems: [], warnings: [] });
});

test("a pool's volume that the host itself uses is refused, and one of which nobody can tell is warned of", () => {
  const volume = {
    key: 'k',
    pool: 'g',
    poolKind: 'logical',
    servers: [],
    name: 'root',
    path: '/dev/g/root',
    allocation: 1,
    backing: null,
    leadsOutside: false,
  };
  const disk = { source: { kind: 'volume', pool: 'g', volume: 'root' }, readOnly: false } as const;
  const message = expect.stringContaining('The host itself uses it');
  expect(volumeUse({ ...volume, usedByHost: true }, disk)).toEqual({ problems: [{ field: 'volume', message }], warnings: [] });
  expect(volumeUse({ ...volume, usedByHost: true }, { ...disk, readOnly: true })).toEqual({ problems: [], warnings: [message] });
  expect(volumeUse({ ...volume, usedByHost: null }, disk)).toMatchObject({
    problems: [],
    warnings: [expect.stringContaining('/dev/g/root')],
  });
  expect(volumeUse({ ...volume, usedByHost: false }, disk)).toEqual({ problems: [], warnings: [] });
});
