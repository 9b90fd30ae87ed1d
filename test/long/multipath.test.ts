import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MiB } from '../../backends/model/quantity.ts';
import { type EmulatedBench, startEmulatedBench } from '../bed/emulated-bench.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { poolSpec, type WholeStorage, wholeStorage } from '../libvirt/storage-bed.ts';

// A disk that two adapters of an emulated computer lead to, which its kernel makes one of.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const patience = { timeout: 240_000, interval: 1000 };
/** Its loader and its kernel have been read by then; firmware alone reads some kilobytes. */
const SYSTEM_READ = 8 * MiB;
const WWN = '0x5000c50015ea71ad';

let bench: EmulatedBench;
let bed: WholeStorage;

beforeAll(async () => {
  const { iso } = await tinyGuest();
  const path = (id: string) => [
    '-device',
    `virtio-scsi-pci,id=${id}`,
    '-drive',
    `file=${iso},if=none,id=${id}-disk,format=raw,snapshot=on`,
    '-device',
    `scsi-hd,drive=${id}-disk,bus=${id}.0,serial=PATHS,wwn=${WWN}`,
  ];
  bench = await startEmulatedBench({ devices: [...path('s0'), ...path('s1')] });
  await shell("printf 'defaults {\\n user_friendly_names yes\\n find_multipaths no\\n}\\n' >/etc/multipath.conf");
  await shell('systemctl unmask multipathd.socket multipathd.service; systemctl start multipathd');
  bed = wholeStorage(bench.connection);
});
afterAll(() => bench?.stop());

const shell = (command: string) => bench.host.shell(command);
const read = async (guest: string) => Number(/rd_bytes (\d+)/.exec(await shell(`virsh domblkstat ${guest} sda`))?.[1] ?? 0);

test('it is the volume of a pool, from which a guest starts, and neither of the ways to it is given away', async () => {
  const { creation, deletion } = bench.connection;
  if (creation === null || deletion === null) throw new Error('this host makes and deletes guests');
  await expect.poll(() => shell('multipath -ll'), patience).toMatch(/^mpatha[^]*(running[^]*){2}/);
  await bed.pools.make(poolSpec('paths', {}, { kind: 'mpath', build: 'no' }), quietOperation());
  const [volume] = await bed.storage.listVolumes('paths');
  expect(volume).toMatchObject({ path: '/dev/mapper/mpatha' });
  const name = volume?.name ?? '';
  expect((await bed.storage.uses()).volumes.find((use) => use.volume.pool === 'paths')).toMatchObject({ verdict: 'nobody' });

  const ways = (await creation.drives()).filter(({ path }) => /^\/dev\/sd[a-z]$/.test(path));
  expect(ways.map(({ why }) => why)).toEqual([expect.stringMatching(/^The host uses/), expect.stringMatching(/^The host uses/)]);

  const from = { kind: 'volume', volume: { pool: 'paths', name } } as const;
  const spec = plainSpec('web', { memory: 256 * MiB, source: { kind: 'disk', from, into: null, size: null } });
  await creation.create(guestRequest(spec, '/'), quietOperation());
  await expect.poll(() => read('web'), patience).toBeGreaterThan(SYSTEM_READ);
  expect(await shell('virsh dumpxml web')).toMatch(/<source dev='\/dev\/mapper\/mpatha'/);

  const id = (await shell('virsh domuuid web')).trim();
  const [disk] = (await deletion.plan(id)).disks;
  expect(disk).toMatchObject({ path: '/dev/mapper/mpatha', verdict: { kind: 'kept' } });
  await deletion.delete(id, [], quietOperation());
  expect((await bed.storage.listVolumes('paths')).map((each) => each.name)).toEqual([name]);
});
