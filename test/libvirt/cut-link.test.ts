import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { SavedHost } from '../../backends/model/host.ts';
import { Registry } from '../../main/registry.ts';
import { type Authority, makeAuthority } from '../bed/certificates.ts';
import { linkedAddress, linkHost, type LinkedHost } from '../bed/linked-host.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';

const SUBNET = 2;
/** A silent peer is given up after six intervals of five seconds at the latest; a busy machine adds a little. */
const GIVEN_UP_MS = 35_000;
let authority: Authority;
let near: PrivateLibvirtd;
let far: PrivateLibvirtd;
let link: LinkedHost;
let registry: Registry;

const publish = {
  hosts: { changed: vi.fn(), removed: vi.fn(), loaded: vi.fn(), stale: vi.fn() },
  guests: { changed: vi.fn(), relisted: vi.fn(), sampled: vi.fn(), noticed: vi.fn() },
};
const saved = (id: string, uri: string): SavedHost => ({
  id,
  name: id,
  uri,
  address: { road: 'uri', uri },
  autoconnect: true,
  readOnly: false,
});
const stateOf = (id: string) => registry.link(id).host().state.kind;
const namesOn = (id: string) => registry.snapshot(id).guests.map(({ name }) => name);
const guest = (name: string) =>
  `<domain type='qemu'><name>${name}</name><memory>65536</memory><os><type arch='x86_64'>hvm</type></os></domain>`;

async function define(daemon: PrivateLibvirtd, name: string): Promise<void> {
  const file = join(daemon.dir, 'guest.xml');
  await writeFile(file, guest(name));
  await daemon.virsh('define', file);
}

beforeAll(async () => {
  authority = await makeAuthority();
  const served = await authority.issue('far', { addresses: [linkedAddress(SUBNET)] });
  const pkipath = await authority.clientFolder('person', { own: await authority.issue('person') });
  near = await startPrivateLibvirtd();
  far = await startPrivateLibvirtd({
    network: true,
    listen: { tls: { ca: authority.ca, ...served } },
    libvirtdConf: 'listen_addr = "0.0.0.0"',
  });
  link = await linkHost(far, SUBNET);
  await define(far, 'distant');
  const hosts = [saved('near', near.uri), saved('far', `qemu+tls://${link.address}:${far.ports.tls}/system?pkipath=${pkipath}`)];
  registry = new Registry({ backends: [libvirtBackend], hosts, publish, log: () => undefined, random: Math.random });
});
afterAll(async () => {
  await registry?.close();
  await link?.remove();
  await Promise.all([near?.stop(), far?.stop(), authority?.remove()]);
});

test('both hosts are reached', async () => {
  registry.connectAll();
  await expect.poll(() => [stateOf('near'), stateOf('far')], { timeout: 15_000 }).toEqual(['connected', 'connected']);
});

test('a command to copy names the host by its road: by any other name it would act on this computer', () => {
  const [guest] = registry.snapshot('far').guests;
  if (guest === undefined) throw new Error('the host has no guest');
  expect(registry.connection('far').commandFor(guest, 'start')).toContain(`qemu+tls://${link.address}:${far.ports.tls}/system`);
});

test('a link that is cut for a moment costs nothing', async () => {
  await link.cut();
  const list = registry.connection('far').listGuests();
  await sleep(3000);
  await link.restore();
  expect((await list).map(({ name }) => name)).toEqual(['distant']);
  expect(stateOf('far')).toBe('connected');
});

test('W24: a link cut in silence is noticed within half a minute, and what waits is told; the host nearby is as it was', async () => {
  await link.cut();
  const asked = registry
    .connection('far')
    .listGuests()
    .catch((error: unknown) => error);
  const near = registry.connection('near').listGuests();
  const began = performance.now();
  await expect.poll(() => stateOf('far'), { timeout: GIVEN_UP_MS, interval: 100 }).not.toBe('connected');
  console.log(`noticed after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  // The missing pong and the missing answer end it within the same second.
  const ended = { code: expect.stringMatching(/^(connection-lost|timeout)$/) };
  expect(await asked).toMatchObject(ended);
  expect(registry.link('far').host().state).toMatchObject({ kind: 'failed', fault: ended });
  expect(await near).toEqual([]);
  expect(stateOf('near')).toBe('connected');
  // What changes while nobody hears of it.
  await define(far, 'made meanwhile');
});

test('and while it stays cut, attempts fail with a reason; restored, the host is back by itself, list and events too', async () => {
  await expect
    .poll(() => registry.link('far').host().state, { timeout: 40_000, interval: 200 })
    .toMatchObject({ kind: 'failed', fault: { code: 'unreachable' } });
  await link.restore();
  await expect.poll(() => stateOf('far'), { timeout: 45_000, interval: 100 }).toBe('connected');
  expect(namesOn('far').sort()).toEqual(['distant', 'made meanwhile']);
  await define(far, 'made afterwards');
  await expect.poll(() => namesOn('far'), { timeout: 15_000 }).toContain('made afterwards');
});
