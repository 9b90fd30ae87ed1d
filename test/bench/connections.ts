import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { BadPeer, badManners } from '../bed/bad-peer.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { median, printRow, timed } from './row.ts';

const HOSTS = 46;
const ROUNDS = 15;
const IDLE_MS = 10_000;

/** B16 and P6: what one more connection costs, and whether bad hosts cost the good ones anything. */
export async function benchConnections(daemon: PrivateLibvirtd): Promise<void> {
  const uri = `test:///default?socket=${daemon.socket}`;
  await (await connectTo(uri)).close();
  const before = await restingMemory();
  const connections: HostConnection[] = [];
  for (let host = 0; host < HOSTS; host += 1) connections.push(await connectTo(uri));
  const memory = ((await restingMemory()) - before) / HOSTS / 1e6;
  const cpu = process.cpuUsage();
  await sleep(IDLE_MS);
  const used = process.cpuUsage(cpu);
  const share = (used.user + used.system) / 10 / IDLE_MS / HOSTS;

  const lists = () => Promise.all(connections.map((connection) => connection.listGuests()));
  await lists();
  const alone = await timed(ROUNDS, lists);
  const directory = await mkdtemp(join(tmpdir(), 'guesthouse-bench-'));
  const peers = badManners.map((manners) => new BadPeer(join(directory, manners), manners));
  await Promise.all(peers.map((peer) => peer.listen()));
  const gone = new AbortController();
  const attempts = peers.map((peer) => keepTrying(`qemu:///system?socket=${peer.path}`, gone.signal));
  const beside = await timed(ROUNDS, lists);
  gone.abort();
  await Promise.all(attempts);
  for (const peer of peers) peer.close();
  await Promise.all(connections.map((connection) => connection.close()));
  await rm(directory, { recursive: true });

  printRow({ name: 'B16 memory of one more connection', unit: 'MB', runs: HOSTS, value: memory, against: { name: 'limit', value: 3 } });
  printRow({
    name: 'B16 CPU of one more idle connection',
    unit: '% of a core',
    runs: 1,
    value: share,
    against: { name: 'limit', value: 0.1 },
  });
  printRow({
    name: `P6 lists of ${HOSTS} hosts beside a silent, a dripping, a talking and a leaving one`,
    unit: 'ms',
    runs: ROUNDS,
    value: median(beside),
    against: { name: 'the same without them', value: median(alone) },
  });
}

async function keepTrying(uri: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await libvirtBackend.connect(uri, unattended(signal)).catch(() => undefined);
    await sleep(50);
  }
}

/** Bytes in use once the garbage is gone; the bench runs with --expose-gc. (A process's RSS stays where its start-up left it.) */
async function restingMemory(): Promise<number> {
  await sleep(200);
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
