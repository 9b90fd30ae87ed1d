import { expect, test } from 'vitest';
import { PoolSpec } from '#model/pool-spec';
import { GiB } from '#model/quantity';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import type { RunProgram } from '../transport/run-program.ts';
import { lookAtDevices } from './build-devices.ts';

const byId = '/dev/disk/by-id/usb-WD_Elements_1';
// As libvirt 9.0 writes it.
const sdb = `<device><name>block_sdb_WD_1</name><path>/sys/devices/pci0000:00/0000:00:14.0/block/sdb</path><parent>computer</parent>
  <devnode type='dev'>/dev/sdb</devnode><devnode type='link'>${byId}</devnode>
  <capability type='storage'><block>/dev/sdb</block><bus>usb</bus><drive_type>disk</drive_type><model>Elements</model><vendor>WD</vendor>
  <size>${GiB / 2}</size></capability></device>`;
const nothing = { fstype: null, label: null, uuid: null, partuuid: null, mountpoint: null };

interface Wish {
  /** The disk of a guest that runs. */
  readonly disk?: string;
  readonly mountpoint?: string;
  /** The host's programs can be run. */
  readonly programs?: boolean;
}

/** A far host with one disk, which has one partition. */
async function hostWith({ disk, mountpoint, programs = true }: Wish) {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllNodeDevices, () => ({ devices: [{ name: 'block_sdb_WD_1' }], ret: 1 }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, () => ({ xml: sdb }));
  const domains = disk === undefined ? [] : [{ name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 1 }];
  daemon.answer(remote.connectListAllDomains, () => ({ domains, ret: domains.length }));
  daemon.answer(remote.connectListAllStoragePools, () => ({ pools: [], ret: 0 }));
  daemon.answer(remote.connectFindStoragePoolSources, () => ({ xml: '<sources/>' }));
  const { call } = await openOver(daemon.connect(), 'qemu:///system').then((session) => ({
    call: ((procedure, args) => session.call(procedure, args)) satisfies typeof session.call,
  }));
  const part = {
    ...nothing,
    kname: 'sdb1',
    path: '/dev/sdb1',
    type: 'part',
    size: GiB / 4,
    fstype: 'ext4',
    mountpoint: mountpoint ?? null,
  };
  const block = { ...nothing, kname: 'sdb', path: '/dev/sdb', type: 'disk', size: GiB / 2, children: [part] };
  const run: RunProgram = async ([program, ...words]) => ({
    code: 0,
    stdout:
      program === 'readlink'
        ? `${words
            .filter((word) => word.startsWith('/'))
            .map((path) => (path === byId ? '/dev/sdb' : path))
            .join('\n')}\n`
        : JSON.stringify({ blockdevices: [block] }),
    stderr: '',
  });
  const guest = `<domain type='qemu'><devices><disk type='block' device='disk'><source dev='${disk}'/><target dev='vda'/></disk></devices></domain>`;
  const route = { run: programs ? run : null };
  return { call, job: call, domainXml: async () => guest, local: false, driverUri: 'qemu:///system', route };
}

const spec = (device: string, build: PoolSpec['build'] = 'overwrite') =>
  PoolSpec.parse({ name: 'new', kind: 'disk', place: { devices: [device], format: 'gpt' }, build, start: false, autostart: false });

test.each([
  ['/dev/sdb', '/dev/sdb', [true, false]],
  ['/dev/sdb1', byId, [true, false]],
  [byId, '/dev/sdb1', [true]],
])('nothing is built on %s while a guest has %s (programs of the host can be run: %j)', async (device, disk, runs) => {
  for (const programs of runs) {
    const host = await hostWith({ disk, programs });
    for (const build of ['keep', 'overwrite'] as const) {
      await expect(lookAtDevices(host, spec(device, build))).rejects.toMatchObject({ code: 'in-use' });
    }
    expect(await lookAtDevices(host, spec(device, 'no'))).toEqual({ devices: [], doubts: [] });
  }
});

test('nothing is built on what the host has mounted, nor on the disk that it lies on', async () => {
  const host = await hostWith({ mountpoint: '/home' });
  for (const device of ['/dev/sdb1', '/dev/sdb', byId]) {
    await expect(lookAtDevices(host, spec(device))).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('The host uses'),
    });
  }
});

test('of what is free is told what it is, and what could not be found out', async () => {
  const known = { kind: 'disk', path: '/dev/sdb', place: byId, size: GiB / 2, contents: ['ext4'] };
  expect(await lookAtDevices(await hostWith({}), spec(byId))).toMatchObject({ devices: [{ path: byId, known }], doubts: [] });
  const unseen = await lookAtDevices(await hostWith({ programs: false }), spec('/dev/sdx'));
  expect(unseen).toMatchObject({ devices: [{ path: '/dev/sdx', known: null }], doubts: [expect.stringContaining('could not be checked')] });
});
