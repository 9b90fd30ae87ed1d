import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../backends/model/quantity.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { median, printRow, timed } from './row.ts';

const SIZE = 1024 * MiB;
const ROUNDS = 8;
const POOL = 'bench';
const operation = quietOperation();

/** B10: 1 GiB of random data up and down, in memory on both sides, beside virsh: the volume is made, filled, read and deleted by each. */
export async function benchTransfers(daemon: PrivateLibvirtd): Promise<void> {
  const folder = await mkdtemp('/dev/shm/guesthouse-bench-');
  const image = join(folder, 'image');
  const copy = join(folder, 'copy');
  const pool = join(folder, 'pool');
  try {
    await mkdir(pool, { mode: 0o755 });
    await writeRandom(image);
    await daemon.virsh('pool-create-as', POOL, 'dir', '--target', pool);
    const connection = await connectTo(daemon.uri);
    const transfers = connection.storage?.transfers;
    if (transfers === undefined || transfers === null) throw new Error('this host moves no volumes');
    const volume = { pool: POOL, name: 'volume' };
    const remove = () => daemon.virsh('vol-delete', '--pool', POOL, volume.name);

    const times: Record<'up' | 'down' | 'virshUp' | 'virshDown', number[]> = { up: [], down: [], virshUp: [], virshDown: [] };
    const words = ['--pool', POOL, '--vol', volume.name, '--file'];
    const ours = async () => {
      times.up.push(...(await timed(1, () => transfers.upload(volume, { path: image }, operation))));
      times.down.push(...(await timed(1, () => transfers.download(volume, { path: copy, replaces: null }, operation))));
    };
    const virshs = async () => {
      const upload = async () => {
        await daemon.virsh('vol-create-as', POOL, volume.name, String(SIZE), '--format', 'raw', '--allocation', '0');
        await daemon.virsh('vol-upload', ...words, image);
      };
      times.virshUp.push(...(await timed(1, upload)));
      times.virshDown.push(...(await timed(1, () => daemon.virsh('vol-download', ...words, copy))));
    };
    // Turn about, so that whatever else the machine does meets both; and each first as often, since what the daemon
    // moved before decides how its memory lies, and with that what a transfer costs it.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const side of round % 2 === 0 ? [ours, virshs] : [virshs, ours]) {
        await side();
        await rm(copy);
        await remove();
      }
    }
    await connection.close();
    const rate = (milliseconds: readonly number[]) => SIZE / 1e3 / median(milliseconds);
    const row = { unit: 'MB/s', runs: ROUNDS };
    printRow({
      ...row,
      name: 'B10 upload of 1 GiB',
      value: rate(times.up),
      against: { name: 'virsh vol-upload', value: rate(times.virshUp) },
    });
    printRow({
      ...row,
      name: 'B10 download of 1 GiB',
      value: rate(times.down),
      against: { name: 'virsh vol-download', value: rate(times.virshDown) },
    });
  } finally {
    await daemon.virsh('pool-destroy', POOL).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRandom(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(16 * MiB);
  for (let written = 0; written < SIZE; written += block.length) await file.write(randomFillSync(block));
  await file.close();
}
