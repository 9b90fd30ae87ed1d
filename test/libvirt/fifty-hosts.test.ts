import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { SavedHost } from '../../backends/model/host.ts';
import { Registry } from '../../main/registry.ts';
import { BadPeer, badManners } from '../bed/bad-peer.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';

const GOOD = 46;
let daemon: PrivateLibvirtd;
let directory: string;
let peers: BadPeer[] = [];
let registry: Registry;

const saved = (id: string, uri: string): SavedHost => ({
  id,
  name: id,
  uri,
  address: { road: 'uri', uri },
  autoconnect: true,
  readOnly: false,
});
const good = Array.from({ length: GOOD }, (_, index) => `good-${index}`);
const publish = {
  hosts: { changed: vi.fn(), removed: vi.fn(), loaded: vi.fn(), stale: vi.fn() },
  guests: { changed: vi.fn(), relisted: vi.fn(), sampled: vi.fn(), noticed: vi.fn() },
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guesthouse-fifty-'));
  daemon = await startPrivateLibvirtd({ libvirtdConf: 'max_workers = 40' });
  peers = badManners.map((manners) => new BadPeer(join(directory, manners), manners));
  await Promise.all(peers.map((peer) => peer.listen()));
  const hosts = [
    ...peers.map((peer) => saved(peer.manners, `qemu:///system?socket=${peer.path}`)),
    ...good.map((id) => saved(id, `test:///default?socket=${daemon.socket}`)),
  ];
  registry = new Registry({ backends: [libvirtBackend], hosts, publish, log: () => undefined, random: Math.random });
});

afterAll(async () => {
  await registry.close();
  for (const peer of peers) peer.close();
  await daemon.stop();
  await rm(directory, { recursive: true });
});

test('fifty hosts, of which one hangs, one drips, one talks rubbish and one hangs up: the others are all there', async () => {
  registry.connectAll();
  await expect.poll(() => good.filter((id) => registry.link(id).host().state.kind === 'connected').length, { timeout: 20_000 }).toBe(GOOD);
  expect(registry.link('silent').host().state.kind).toBe('connecting');
  expect(registry.link('dripping').host().state.kind).toBe('connecting');
  expect(registry.link('rubbish').host().state).toMatchObject({ kind: 'failed', fault: { code: 'protocol' } });
  expect(registry.link('leaving').host().state).toMatchObject({ kind: 'failed', fault: { code: 'connection-lost' } });
});

test('and answer while those go on being bad', async () => {
  const slowest: number[] = [];
  for (let round = 0; round < 10; round++) {
    const times = await Promise.all(
      good.map(async (id) => {
        const began = performance.now();
        const guests = await registry.connection(id).listGuests();
        expect(guests.map(({ name }) => name)).toEqual(['test']);
        return performance.now() - began;
      }),
    );
    slowest.push(Math.max(...times));
    await sleep(50);
  }
  // 46 lists at once, of one daemon on a shared machine. A peer that held the others up would hold them for seconds.
  expect(slowest.sort((a, b) => a - b)[5]).toBeLessThan(1000);
  expect(good.every((id) => registry.link(id).host().state.kind === 'connected')).toBe(true);
});

test('the bad ones are tried again with patience, one attempt at a time', async () => {
  await sleep(2000);
  const rubbish = peers.find(({ manners }) => manners === 'rubbish');
  // 1 s, then 2 s, then 4 s, each spread: not hundreds of attempts a second.
  expect(rubbish?.connections).toBeGreaterThanOrEqual(2);
  expect(rubbish?.connections).toBeLessThanOrEqual(6);
});
