import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ErrorCode } from '../../backends/libvirt/protocol/errors.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { LibvirtError } from '../../backends/libvirt/rpc/libvirt-error.ts';
import type { Session } from '../../backends/libvirt/rpc/session.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { openSessionAt } from '../bed/unattended-connect.ts';
import { procedures } from '../wire/whole-protocol.ts';
import { readCalls, type Specimens } from './read-calls.ts';

const run = promisify(execFile);
const NOBODY = '00000000-0000-0000-0000-000000000001';
const CPU = '<cpu><arch>x86_64</arch><model>qemu64</model></cpu>';

let daemon: PrivateLibvirtd;

/** A host with one of everything that a private daemon can have. */
beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  const { virsh, dir } = daemon;
  const define = async (command: string, name: string, xml: string, ...more: string[]) => {
    const file = join(dir, name);
    await writeFile(file, xml);
    return virsh(command, ...more, file);
  };
  await virsh('net-define', '/usr/share/libvirt/networks/default.xml');
  await virsh('net-start', 'default');
  await virsh('pool-define-as', 'images', 'dir', '--target', '/var/lib/libvirt/images');
  await virsh('pool-start', 'images');
  await virsh('vol-create-as', 'images', 'disk.qcow2', '8M', '--format', 'qcow2');
  await virsh('vol-create-as', 'images', 'raw.img', '1M', '--format', 'raw');
  const secret = `<secret ephemeral='no' private='no'><usage type='volume'><volume>/nowhere</volume></usage></secret>`;
  const [uuid = ''] = /[0-9a-f-]{36}/.exec(await define('secret-define', 'secret.xml', secret)) ?? [];
  await virsh('secret-set-value', uuid, Buffer.from('hush').toString('base64'));
  const guest = await tinyGuest();
  const xml = tinyDomainXml(guest, { name: 'tiny', network: 'default', disk: '/var/lib/libvirt/images/disk.qcow2' })
    .replace('<vcpu>', '<description>for every read</description><iothreads>1</iothreads><vcpu>')
    .replace(`<model type='virtio'/></interface>`, `<model type='virtio'/><filterref filter='no-arp-spoofing'/></interface>`)
    .replace(
      '<serial',
      `<disk type='file'><driver name='qemu' type='raw'/><source file='/var/lib/libvirt/images/raw.img'/><target dev='vdb'/><readonly/></disk><serial`,
    )
    .replace('<memballoon', `<channel type='pty'><target type='virtio' name='org.example.0'/></channel><memballoon`);
  await define('define', 'tiny.xml', xml);
  await virsh('start', 'tiny');
  await define('define', 'other.xml', tinyDomainXml(guest, { name: 'other' }));
  await virsh('start', 'other');
  await virsh('managedsave', 'other');
  // libvirt keeps snapshots and checkpoints of one guest apart.
  const volume = `<volume><name>watched.qcow2</name><capacity unit='MiB'>8</capacity><target><format type='qcow2'/><compat>1.1</compat></target></volume>`;
  await define('vol-create', 'volume.xml', volume, 'images');
  await define('define', 'watched.xml', tinyDomainXml(guest, { name: 'watched', disk: '/var/lib/libvirt/images/watched.qcow2' }));
  await virsh('start', 'watched');
  for (const name of ['since', 'child']) await virsh('checkpoint-create-as', 'watched', name);
  for (const name of ['first', 'child']) await virsh('snapshot-create-as', 'tiny', name);
  await vi.waitUntil(async () => (await virsh('net-dhcp-leases', 'default')).includes('192.168.122.'), { timeout: 120_000, interval: 500 });
});
afterAll(() => daemon.stop());

/** One of each list, a child of another where there are such; what the driver has none of is made up. */
async function specimensOf(session: Session): Promise<Specimens> {
  const first = async <T extends object>(call: Promise<readonly T[]>, otherwise: T): Promise<T> => {
    try {
      const all = await call;
      return all.find((each) => 'name' in each && each.name === 'child') ?? all[0] ?? otherwise;
    } catch (error) {
      if (error instanceof LibvirtError) return otherwise;
      throw error;
    }
  };
  const list = { needResults: 1, flags: 0 };
  const { domains } = await session.call(remote.connectListAllDomains, list);
  const domainNamed = (...names: string[]) => domains.find(({ name }) => names.includes(name)) ?? { name: 'none', uuid: NOBODY, id: -1 };
  const dom = domainNamed('tiny', 'test', 'container');
  const watched = domainNamed('watched');
  const net = await first(
    session.call(remote.connectListAllNetworks, list).then(({ nets }) => nets),
    { name: 'none', uuid: NOBODY },
  );
  const pool = await first(
    session.call(remote.connectListAllStoragePools, list).then(({ pools }) => pools),
    { name: 'none', uuid: NOBODY },
  );
  const domainXml = (await session.call(remote.domainGetXmlDesc, { dom, flags: 0 })).xml;
  return {
    dom,
    net,
    pool,
    domainXml,
    vol: await first(
      session.call(remote.storagePoolListAllVolumes, { pool, ...list }).then(({ vols }) => vols),
      {
        pool: pool.name,
        name: 'none',
        key: '/none',
      },
    ),
    iface: await first(
      session.call(remote.connectListAllInterfaces, list).then(({ ifaces }) => ifaces),
      {
        name: 'lo',
        mac: '00:00:00:00:00:00',
      },
    ),
    device: await first(
      session.call(remote.connectListAllNodeDevices, list).then(({ devices }) => devices),
      { name: 'computer' },
    ),
    secret: await first(
      session.call(remote.connectListAllSecrets, list).then(({ secrets }) => secrets),
      {
        uuid: NOBODY,
        usageType: 1,
        usageId: '/none',
      },
    ),
    filter: await first(
      session.call(remote.connectListAllNwfilters, list).then(({ filters }) => filters),
      { name: 'none', uuid: NOBODY },
    ),
    binding: await first(
      session.call(remote.connectListAllNwfilterBindings, list).then(({ bindings }) => bindings),
      {
        portdev: 'none',
        filtername: 'none',
      },
    ),
    port: await first(
      session.call(remote.networkListAllPorts, { network: net, ...list }).then(({ ports }) => ports),
      { net, uuid: NOBODY },
    ),
    snap: await first(
      session.call(remote.domainListAllSnapshots, { dom, ...list }).then(({ snapshots }) => snapshots),
      { name: 'none', dom },
    ),
    checkpoint: await first(
      session.call(remote.domainListAllCheckpoints, { dom: watched, ...list }).then(({ checkpoints }) => checkpoints),
      {
        name: 'none',
        dom,
      },
    ),
    disk: 'vda',
    nic: /<target dev='(vnet\d+)'/.exec(domainXml)?.[1] ?? 'vnet0',
    asleep: domainNamed('other'),
    saved: '/var/lib/libvirt/qemu/save/other.save',
    rawDisk: 'vdb',
    cpuXml: CPU,
  };
}

/** What became of every read, by name: null for a result, else the daemon's words. */
async function askEverything(
  uri: string,
  prepare: (session: Session) => Promise<unknown> = async () => undefined,
): Promise<Map<string, LibvirtError | null>> {
  const outcomes = new Map<string, LibvirtError | null>();
  const session = await openSessionAt(uri);
  await prepare(session);
  const specimens = await specimensOf(session);
  for (const { name, spends, run: call } of readCalls) {
    const own = spends ? await openSessionAt(uri) : session;
    const outcome = await call(own, specimens).then(
      () => null,
      (error: unknown) => {
        if (error instanceof LibvirtError) return error;
        throw new Error(`${name} on ${uri}`, { cause: error });
      },
    );
    // 39 "Unable to decode message payload": what we sent was not what the daemon reads. A procedure newer than it is 3 here.
    expect(outcome?.code, name).not.toBe(ErrorCode.rpc);
    outcomes.set(name, outcome);
    expect(own.counts.trailingBytes, name).toBe(0);
    if (spends) own.close();
  }
  expect(session.open).toBe(true);
  session.close();
  return outcomes;
}

const outcomes = new Map<string, Map<string, LibvirtError | null>>();

test('every read of the protocol has its arguments here', () => {
  const known = readCalls.map(({ name }) => name);
  expect(new Set(known).size).toBe(known.length);
  expect(new Set(known)).toEqual(new Set(procedures.filter(({ effect }) => effect === 'read').map(({ name }) => name)));
});

describe("each read decodes to its last byte, or is refused in the daemon's own words", () => {
  test('QEMU, with a guest that runs', async () => {
    outcomes.set('qemu', await askEverything(daemon.uri));
  });

  test("libvirt's test driver", async () => {
    outcomes.set(
      'test',
      await askEverything(`test:///default?socket=${daemon.socket}`, async (session) => {
        const { dom } = await session.call(remote.domainLookupByName, { name: 'test' });
        const xmlDesc = (name: string) => `<domainsnapshot><name>${name}</name></domainsnapshot>`;
        for (const name of ['first', 'child']) {
          await session.call(remote.domainSnapshotCreateXml, { dom, xmlDesc: xmlDesc(name), flags: 0 });
        }
      }),
    );
  });

  test('containers', async () => {
    const root = join(daemon.dir, 'container');
    await mkdir(join(root, 'bin'), { recursive: true });
    for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc']) await mkdir(join(root, folder));
    await copyFile('/bin/busybox', join(root, 'bin/busybox'));
    await symlink('busybox', join(root, 'bin/sh'));
    const definition = `<domain type='lxc'><name>container</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type>exe</type><init>/bin/sh</init></os><devices><emulator>/usr/lib/libvirt/libvirt_lxc</emulator>
      <filesystem type='mount'><source dir='${root}'/><target dir='/'/></filesystem><console type='pty'/></devices></domain>`;
    await writeFile(join(daemon.dir, 'lxc.xml'), definition);
    const virsh = (...args: string[]) => run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, ...args]);
    await virsh('define', join(daemon.dir, 'lxc.xml'));
    await virsh('start', 'container');
    outcomes.set('lxc', await askEverything(`lxc:///system?socket=${daemon.socket}`));
    await virsh('destroy', 'container');
  });

  /** What no private daemon can answer, whatever its version. */
  const EXCUSED: Readonly<Record<string, string>> = {
    authPolkit: 'asked for by daemons that demand it only, and there is no system bus',
    authSaslInit: 'asked for by daemons that demand it only: see the tests of SASL',
    authSaslStart: 'as authSaslInit',
    authSaslStep: 'as authSaslInit',
    connectOpen: 'the connection is open, through this very call',
    nodeGetSevInfo: 'needs a processor with SEV',
    domainGetAutostartOnce: 'new in libvirt 11.2',
    networkGetMetadata: 'new in libvirt 9.7',
    domainGetGuestVcpus: 'needs the agent in the guest',
    domainGetGuestInfo: 'needs the agent in the guest',
    domainAuthorizedSshKeysGet: 'needs the agent in the guest',
    domainBackupGetXmlDesc: 'needs a backup that is under way',
    domainOpenChannel: 'needs a listener behind the channel',
    nodeDeviceLookupScsiHostByWwn: 'needs a fibre channel adapter',
  };

  test('all answer with a result somewhere, but for the few that cannot here', () => {
    const silent = readCalls
      .map(({ name }) => ({ name, answers: [...outcomes].map(([driver, of]) => [driver, of.get(name) ?? null] as const) }))
      .filter(({ answers }) => answers.every(([, error]) => error !== null));
    const lines = silent.map(
      ({ name, answers }) => `${name}: ${answers.map(([driver, error]) => `${driver}: ${error?.code} ${error?.text}`).join('; ')}`,
    );
    console.info(
      `${readCalls.length - silent.length} of ${readCalls.length} reads have answered with a result. The others:\n${lines.join('\n')}`,
    );
    expect(outcomes.size).toBe(3);
    expect(silent.map(({ name }) => name).filter((name) => EXCUSED[name] === undefined)).toEqual([]);
  });
});
