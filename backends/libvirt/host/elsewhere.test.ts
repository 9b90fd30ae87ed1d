import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreationOffer } from '#model/guest-spec';
import { GiB } from '#model/quantity';
import { newDisk, onNetwork, plainSpec } from '../../../test/bed/guest-request.ts';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { findObjections } from '../creation/creation-checks.ts';
import { proposeDefaultPool, usualFolder } from '../storage/default-pool.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { FreeNames } from '../creation/free-names.ts';
import { findFileProblems } from '../creation/media-access.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import { readStoragePicture } from '../storage/storage-picture.ts';
import { parseXml } from '../xml/document.ts';

// The host has a folder of the same name as one of this computer: what is here must never be taken for what is there.
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-elsewhere-'));
  await writeFile(join(folder, 'debian.qcow2'), '');
  await writeFile(join(folder, 'debian.iso'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const POOL = { name: 'images', uuid: '00000000-0000-4000-8000-000000000001' };
const pool = () => ({
  name: 'images',
  kind: 'dir',
  active: true,
  persistent: true,
  autostart: true,
  capacity: GiB,
  available: GiB,
  path: folder,
  source: null,
});

const notAsked = async (): Promise<never> => {
  throw new Error('this was not to be asked');
};

async function host(local: boolean, driverUri = 'qemu:///system', daemon = new FakeLibvirtd()): Promise<LibvirtHost> {
  const session = await openOver(daemon.connect(), driverUri);
  const call: LibvirtHost['call'] = (procedure, args) => session.call(procedure, args);
  return {
    driverUri,
    address: 'qemu+ssh://elsewhere/system',
    local,
    route: {
      local,
      privacy: 'encrypted',
      host: 'elsewhere',
      displays: 'private',
      dial: notAsked,
      tunnel: notAsked,
      displayCredentials: notAsked,
      run: null,
      close: () => undefined,
    },
    facts: {
      hostname: 'elsewhere',
      hypervisor: 'QEMU',
      hypervisorVersion: null,
      daemonVersion: null,
      arch: 'x86_64',
      cpus: 1,
      cpuModel: null,
      memory: GiB,
    },
    call,
    job: call,
    quick: call,
    openSession: notAsked,
    reopen: notAsked,
    domainOf: notAsked,
    domainXml: notAsked,
    timesDefined: () => 0,
    capabilities: async () => parseXml('<capabilities/>'),
    acceleration: notAsked,
  };
}

test('an image of this computer is of no use to a host elsewhere, which is said with what to do', async () => {
  const image = { path: join(folder, 'debian.iso') };
  expect(await findFileProblems(await host(true), image, 'qemu')).toEqual([]);
  const problems = await findFileProblems(await host(false), image, 'qemu');
  expect(problems).toEqual([
    {
      severity: 'error',
      message: expect.stringContaining('lies on this computer, and “elsewhere” cannot read it'),
      remedy: expect.stringContaining('copied into a storage pool of the host'),
      grant: null,
    },
  ]);
  // Nor is it looked at: whether it is there makes no difference.
  expect(await findFileProblems(await host(false), { path: join(folder, 'none.iso') }, 'qemu')).toEqual(problems);
});

test('a file of this computer takes no name in a pool elsewhere, and no name is given out twice', async () => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.storagePoolLookupByName, () => ({ pool: POOL }));
  daemon.answer(remote.storagePoolListAllVolumes, () => ({ vols: [], ret: 0 }));
  expect(await new FreeNames(await host(true, undefined, daemon)).take(pool(), 'debian', '.qcow2')).toBe('debian-1.qcow2');
  const elsewhere = new FreeNames(await host(false, undefined, daemon));
  expect(await elsewhere.take(pool(), 'debian', '.qcow2')).toBe('debian.qcow2');
  expect(await elsewhere.take(pool(), 'debian', '.qcow2')).toBe('debian-1.qcow2');
  expect(await elsewhere.take(pool(), '../-\u202ea/b', '.iso')).toBe('_-_a_b.iso');
});

describe('the usual folder for images', () => {
  const me = { uid: 1000, home: '/home/me', environment: {} };

  test("is the system's, or in the home of a person of this computer", () => {
    expect(usualFolder({ driverUri: 'qemu:///system', local: false }, me)).toBe('/var/lib/libvirt/images');
    expect(usualFolder({ driverUri: 'qemu:///session', local: true }, me)).toBe('/home/me/.local/share/libvirt/images');
    expect(usualFolder({ driverUri: 'qemu:///session', local: true }, { ...me, environment: { XDG_DATA_HOME: '/d' } })).toBe(
      '/d/libvirt/images',
    );
    expect(usualFolder({ driverUri: 'qemu:///session', local: true }, { ...me, uid: 0 })).toBe('/var/lib/libvirt/images');
  });

  test('of a person of another host is not guessed', async () => {
    const daemon = new FakeLibvirtd();
    daemon.answer(remote.connectListAllStoragePools, () => ({ pools: [], ret: 0 }));
    await expect(proposeDefaultPool(await host(false, 'qemu:///session', daemon))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('“elsewhere”'),
      remedy: expect.stringContaining('pool-define-as default'),
    });
    expect(await proposeDefaultPool(await host(false, 'qemu:///system', daemon))).toMatchObject({ path: '/var/lib/libvirt/images' });
  });
});

test('two ways to one file of this computer may be two files elsewhere', async () => {
  const [straight, detour] = [join(folder, 'debian.qcow2'), `${folder}/sub/../../${folder.split('/').at(-1)}/debian.qcow2`];
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.connectListAllStoragePools, () => ({ pools: [POOL], ret: 1 }));
  daemon.answer(remote.storagePoolGetInfo, () => ({ state: 2, capacity: 1n, allocation: 1n, available: 1n }));
  daemon.answer(remote.storagePoolRefresh, () => ({}));
  daemon.answer(remote.storagePoolGetXmlDesc, () => ({ xml: `<pool type='dir'><target><path>${folder}</path></target></pool>` }));
  daemon.answer(remote.storagePoolListAllVolumes, () => ({ vols: [{ pool: 'images', name: 'a', key: straight }], ret: 1 }));
  daemon.answer(remote.storageVolGetXmlDesc, () => ({ xml: `<volume type='file'><target><path>${straight}</path></target></volume>` }));
  daemon.answer(remote.connectListAllDomains, () => ({ domains: [], ret: 0 }));
  const here = await readStoragePicture(await host(true, undefined, daemon));
  const there = await readStoragePicture(await host(false, undefined, daemon));
  expect(here.identityOf(straight)).toMatch(/^\d+:\d+$/);
  expect(there.identityOf(straight)).toBe(straight);
  expect(there.identityOf(detour)).toBe(straight);
  expect(there.volumes).toMatchObject([{ path: straight, leadsOutside: false }]);
});

test('a command that would mend the host is for the host', () => {
  const common = { active: false, autostart: true, persistent: true, bridge: null, forward: 'nat' } as const;
  const network = { id: 'default', name: 'default', ...common, subnets: [] };
  const offer: CreationOffer = {
    acceleration: { kind: 'kvm' },
    roads: [],
    machine: { type: 'kvm', abi: 'hvm', arch: 'x86_64', machine: null },
    machines: [],
    firmwares: ['bios'],
    tpm: false,
    cpuModes: [],
    graphics: ['vnc'],
    cpus: 4,
    vcpusMax: 4,
    memoryTotal: 4 * GiB,
    memoryFree: 4 * GiB,
    pools: [{ ...pool(), active: false }],
    networks: [network],
    bridges: [],
    devices: [],
    takenNames: [],
    readsLocalFiles: true,
  };
  const spec = plainSpec('a', { memory: GiB, disks: [newDisk('images', GiB)], nics: [onNetwork('default')] });
  const remedies = (local: boolean) => findObjections(spec, offer, { driverUri: 'qemu:///system', local }).map(({ remedy }) => remedy);
  expect(remedies(true)).toEqual([
    "Start it: virsh -c qemu:///system pool-start 'images'",
    "Start it: virsh -c qemu:///system net-start 'default'",
  ]);
  expect(remedies(false)).toEqual([
    "Start it on the host: virsh -c qemu:///system pool-start 'images'",
    "Start it on the host: virsh -c qemu:///system net-start 'default'",
  ]);
});
