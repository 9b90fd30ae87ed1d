import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ConfirmationAnswer } from '#model/confirmation';
import type { GuestSource } from '#model/guest-source';
import { guestDefaults, type GuestSpec } from '#model/guest-spec';
import { GiB, MiB } from '#model/quantity';
import { fakeKept } from '../backends/fake/fake-kept.ts';
import { FakeSources } from '../backends/fake/fake-sources.ts';
import { MediaTokens } from './media-tokens.ts';
import { Questions } from './questions.ts';
import { RecentMedia } from './recent-media.ts';
import type { KeptMedium } from './recent-media-file.ts';

function setUp() {
  const answers: ConfirmationAnswer[] = [];
  const logged: string[] = [];
  const sources = new FakeSources();
  const tokens = new MediaTokens(randomUUID);
  const kept = fakeKept<readonly KeptMedium[]>([]);
  let now = 0;
  const recent = new RecentMedia({
    kept,
    sources,
    tokens,
    questions: new Questions(async () => answers.shift() ?? { kind: 'cancelled' }),
    uuid: randomUUID,
    log: (line) => void logged.push(line),
    now: () => (now += 1),
  });
  const made = async (source: GuestSource, path?: string) => {
    const spec: GuestSpec = { ...guestDefaults, name: 'fresh', source, vcpus: 1, memory: GiB, disks: [], nics: [] };
    await recent.remember(spec, new Map(path === undefined ? [] : [[token, { path }]]));
  };
  const iso = async (path: string) => made({ kind: 'iso', from: file, into: null, unattended: null }, path);
  const names = async () => (await recent.list()).map((one) => (one.kind === 'file' ? one.name : one.url));
  return { recent, sources, tokens, answers, logged, kept, made, iso, names };
}

const token = randomUUID();
const file = { kind: 'file', token } as const;
const web = (url: string) => ({ kind: 'url', url, checksum: null }) as const;
const code = (found: string) => expect.objectContaining({ code: found });

test('what a guest was made from comes first, once, and without its path', async () => {
  const { recent, iso, names } = setUp();
  await iso('/home/ada/Downloads/debian.iso');
  await iso('/home/ada/Downloads/fedora.iso');
  await iso('/home/ada/Downloads/debian.iso');
  expect(await names()).toEqual(['debian.iso', 'fedora.iso']);
  const [first] = await recent.list();
  expect(first).toEqual({
    id: expect.any(String),
    kind: 'file',
    use: 'iso',
    name: 'debian.iso',
    folder: 'Downloads',
    size: 700 * MiB,
    usedAt: 3,
  });
  expect(JSON.stringify(await recent.list())).not.toContain('/home');
});

test('as much of the folder is told as tells two of one name apart', async () => {
  const { recent, iso } = setUp();
  for (const path of ['/srv/a/iso/x.iso', '/srv/b/iso/x.iso', '/srv/old/x.iso', '/top.iso']) await iso(path);
  const folders = (await recent.list()).map((one) => (one.kind === 'file' ? one.folder : one.url));
  expect(folders).toEqual(['', 'old', 'b/iso', 'a/iso']);
});

test('ten of each sort are kept', async () => {
  const { iso, made, names } = setUp();
  await made({ kind: 'tree', url: 'https://example.org/os/', arguments: '', into: 'default', unattended: null });
  for (let count = 0; count < 12; count++) await iso(`/srv/${count}.iso`);
  expect(await names()).toEqual([...Array.from({ length: 10 }, (_, i) => `${11 - i}.iso`), 'https://example.org/os/']);
});

test('disks that were copied, trees and addresses are kept by what they were used for; what is the guest’s own now is not', async () => {
  const { recent, made } = setUp();
  await made({ kind: 'disk', from: file, into: 'default', size: null }, '/srv/copied.qcow2');
  await made({ kind: 'disk', from: file, into: null, size: null }, '/srv/used-where-it-is.qcow2');
  await made({ kind: 'disk', from: file, into: 'default', size: null, move: true }, '/srv/moved.qcow2');
  await made({ kind: 'cloud-image', from: web('https://example.org/cloud.qcow2'), into: 'default', size: null, cloudInit: null });
  await made({ kind: 'iso', from: web('https://example.org/a.iso'), into: 'default', unattended: null });
  await made({ kind: 'iso', from: web('https://example.org/b.iso?signature=secret'), into: 'default', unattended: null });
  await made({ kind: 'iso', from: { kind: 'volume', volume: { pool: 'default', name: 'v.iso' } }, into: null, unattended: null });
  await made({ kind: 'pxe' });
  expect((await recent.list()).map((one) => [one.use, one.kind === 'file' ? one.name : one.url])).toEqual([
    ['iso', 'https://example.org/a.iso'],
    ['disk', 'https://example.org/cloud.qcow2'],
    ['disk', 'copied.qcow2'],
  ]);
});

test('one is chosen by its id, and the window gets a token for one use', async () => {
  const { recent, tokens, iso } = setUp();
  await iso('/srv/debian.iso');
  const [one] = await recent.list();
  const chosen = await recent.choose(7, one?.id ?? '');
  expect(chosen).toMatchObject({ use: 'iso', media: { name: 'debian.iso' } });
  expect(() => tokens.look(8, chosen.token)).toThrow(code('bad-token'));
  expect(tokens.use(7, chosen.token).file.path).toBe('/srv/debian.iso');
  expect(() => tokens.use(7, chosen.token)).toThrow(code('bad-token'));
});

test('what is gone is said to be, and stays in the list until it is removed', async () => {
  const { recent, sources, iso, names } = setUp();
  await iso('/srv/debian.iso');
  sources.gone.add('/srv/debian.iso');
  const id = (await recent.list())[0]?.id ?? '';
  await expect(recent.choose(1, id)).rejects.toEqual(code('bad-file'));
  expect(await names()).toEqual(['debian.iso']);
  await recent.forget(id);
  expect(await names()).toEqual([]);
  await expect(recent.choose(1, id)).rejects.toEqual(code('not-found'));
});

test('an address is typed, never chosen as a file', async () => {
  const { recent, made } = setUp();
  await made({ kind: 'iso', from: web('https://example.org/a.iso'), into: 'default', unattended: null });
  await expect(recent.choose(1, (await recent.list())[0]?.id ?? '')).rejects.toEqual(code('not-found'));
});

test('the list is cleared only when the person says so', async () => {
  const { recent, answers, iso, names } = setUp();
  await iso('/srv/debian.iso');
  await expect(recent.clear(1)).rejects.toEqual(code('cancelled'));
  expect(await names()).toEqual(['debian.iso']);
  answers.push({ kind: 'confirmed', ticked: [] });
  await recent.clear(1);
  expect(await names()).toEqual([]);
});

test('a guest is made whatever becomes of the list', async () => {
  const { sources, logged, iso, names } = setUp();
  sources.gone.add('/srv/debian.iso');
  await iso('/srv/debian.iso');
  expect(await names()).toEqual([]);
  expect(logged).toEqual([expect.stringContaining('Not among the recent media')]);
});
