import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { PoolSpec } from '#model/pool-spec';
import { MiB } from '#model/quantity';
import type { Task } from '#model/task';
import type { VolumeChange, VolumeSpec } from '#model/volume-spec';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { StorageKeeper } from './storage-keeper.ts';
import { Tasks } from './tasks.ts';
import { VolumeLocks } from './volume-locks.ts';
import { unheard } from '../test/fakes/unheard.ts';

let registry: Registry | undefined;
afterEach(async () => registry?.close());

const code = (found: string) => expect.objectContaining({ code: found });
const yes: ConfirmationAnswer = { kind: 'confirmed', ticked: [] };
const scratch = (name: string) => ({ pool: 'scratch', name });
const spec = (name: string, more: Partial<VolumeSpec> = {}): VolumeSpec => ({
  ...scratch(name),
  format: 'qcow2',
  capacity: 64 * MiB,
  preallocation: 'sparse',
  backing: null,
  passphrase: null,
  ...more,
});

async function setUp({ incomplete = null, readOnly = false }: { incomplete?: string | null; readOnly?: boolean } = {}) {
  const fake = new FakeBackend({ delay: 1 });
  const told: Task[] = [];
  const asked: Confirmation[] = [];
  const answers: ConfirmationAnswer[] = [];
  const uri = 'fake://here/';
  const here = { id: 'here', name: 'Here', uri, address: { road: 'uri' as const, uri }, autoconnect: true, readOnly };
  registry = new Registry({ backends: [fake], hosts: [here], publish: unheard, log: () => {}, random: Math.random });
  registry.connectAll();
  await vi.waitFor(() => registry?.connection('here'));
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    unkeptJournal,
  );
  const locks = new VolumeLocks((_, { name }) => name === incomplete);
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const keeper = new StorageKeeper({ registry, tasks, questions, locks });
  const wish = () => ({ window: 1, host: 'here', operation: randomUUID() });
  const host = fake.host('here');
  const names = () => host.uploads.filter(({ pool }) => pool === 'scratch').map(({ name }) => name);
  return { keeper, tasks, locks, told, asked, answers, wish, host, names };
}

test('a volume is a task of its own, made once however often it is wished, and no passphrase is kept', async () => {
  const { keeper, wish, names, told, asked } = await setUp();
  const one = wish();
  const locked = spec('new.qcow2', { passphrase: 'correct horse' });
  await Promise.all([keeper.makeVolume(one, locked), keeper.makeVolume(one, locked)]);
  await keeper.makeVolume(one, locked);
  expect(names().filter((name) => name === 'new.qcow2')).toHaveLength(1);
  expect(new Set(told.map(({ id }) => id))).toEqual(new Set([one.operation]));
  expect(told.at(-1)).toMatchObject({ title: 'Make “new.qcow2”', volume: scratch('new.qcow2'), state: { kind: 'done' } });
  expect(asked).toEqual([]);
  expect(JSON.stringify(told)).not.toContain('horse');
  await expect(keeper.makeVolume(one, spec('other.qcow2'))).rejects.toEqual(code('bad-input'));
});

test('what fails rejects as its task does, and may be tried again', async () => {
  const { keeper, wish, told } = await setUp();
  await expect(keeper.makeVolume(wish(), spec('netinst.iso'))).rejects.toEqual(code('exists'));
  expect(told.at(-1)?.state).toMatchObject({ kind: 'failed', fault: { code: 'exists' } });
  await keeper.makeVolume(wish(), spec('netinst-2.iso'));
});

test('deleting is asked once for all, says what goes and what comes back, and does nothing without a yes', async () => {
  const { keeper, wish, asked, answers, names, told } = await setUp();
  const chain: VolumeChange = { kind: 'delete', volumes: ['debian-12-cloud.qcow2', 'trial.qcow2', 'trial-of-trial.qcow2'].map(scratch) };
  await expect(keeper.changeVolume(wish(), chain)).rejects.toEqual(code('cancelled'));
  expect(names()).toContain('trial.qcow2');
  expect(told).toEqual([]);
  answers.push(yes);
  await keeper.changeVolume(wish(), chain);
  expect(names()).not.toContain('trial.qcow2');
  expect(asked).toHaveLength(2);
  const [question] = asked;
  expect(question).toMatchObject({ title: 'Delete 3 volumes?', confirm: 'Delete', danger: true });
  expect(question?.message).toEqual(
    expect.arrayContaining([
      '/srv/scratch/debian-12-cloud.qcow2 is deleted.',
      'This gives back 1.1 GiB.',
      'Not everything could be looked into, so something may need it. The storage pool “backup” is not active.',
      'This cannot be undone.',
    ]),
  );
});

test('what is needed is refused before anybody is asked', async () => {
  const { keeper, wish, asked } = await setUp();
  await expect(keeper.changeVolume(wish(), { kind: 'delete', volumes: [scratch('debian-12-cloud.qcow2')] })).rejects.toEqual(
    code('in-use'),
  );
  const disk = { pool: 'default', name: 'debian-13.qcow2' };
  await expect(keeper.changeVolume(wish(), { kind: 'wipe', volume: disk, algorithm: 'zero' })).rejects.toEqual(code('in-use'));
  expect(asked).toEqual([]);
});

test('growing and cloning ask nothing; shrinking does', async () => {
  const { keeper, wish, asked, answers, host } = await setUp();
  const resize = (capacity: number, shrink = false): VolumeChange => ({
    kind: 'resize',
    volume: scratch('vault.img'),
    capacity,
    shrink,
    allocate: false,
  });
  await keeper.changeVolume(wish(), resize(4096 * MiB));
  await keeper.changeVolume(wish(), { kind: 'clone', volume: scratch('vault.img'), to: scratch('vault-2.img'), format: null });
  expect(asked).toEqual([]);
  await expect(keeper.changeVolume(wish(), resize(MiB))).rejects.toEqual(code('bad-input'));
  answers.push(yes);
  await keeper.changeVolume(wish(), resize(1024 * MiB, true));
  expect(asked).toMatchObject([{ title: 'Resize “vault.img” to 1 GiB?', confirm: 'Shrink' }]);
  expect(host.uploads.find(({ name }) => name === 'vault.img')?.capacity).toBe(1024 * MiB);
});

test('a volume that is being filled, or was left incomplete, is left alone', async () => {
  const { keeper, wish, locks, answers, names } = await setUp({ incomplete: 'netinst.iso' });
  const release = locks.take('here', scratch('vault.img'), '/srv/scratch/vault.img');
  const clone = (name: string): VolumeChange => ({ kind: 'clone', volume: scratch(name), to: scratch('copy'), format: null });
  await expect(keeper.changeVolume(wish(), clone('vault.img'))).rejects.toEqual(code('busy'));
  await expect(keeper.changeVolume(wish(), { kind: 'delete', volumes: [scratch('vault.img')] })).rejects.toEqual(code('busy'));
  answers.push(yes);
  await expect(keeper.actOnPool(wish(), 'scratch', 'delete')).rejects.toEqual(code('busy'));
  await expect(keeper.changeVolume(wish(), clone('netinst.iso'))).rejects.toEqual(code('invalid-state'));
  release();
  // An incomplete one can still be got rid of.
  answers.push(yes);
  await keeper.changeVolume(wish(), { kind: 'delete', volumes: [scratch('netinst.iso')] });
  expect(names()).not.toContain('netinst.iso');
});

test('a pool is made, and taken away only after a question and where it makes sense', async () => {
  const { keeper, wish, asked, answers, host } = await setUp();
  const made = PoolSpec.parse({ name: 'more', kind: 'dir', place: { target: '/srv/more' }, build: 'keep', start: true, autostart: false });
  await expect(keeper.makePool(wish(), made)).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([
    {
      title: 'Make the pool “more”?',
      details: [{ label: 'Host' }, { label: 'Kind', value: 'Folder' }, { label: 'Folder on the host', value: '/srv/more', exact: true }],
    },
  ]);
  expect(host.pools.some(({ name }) => name === 'more')).toBe(false);
  asked.length = 0;
  answers.push(yes);
  await keeper.makePool(wish(), made);
  asked.length = 0;
  expect(host.pools.find(({ name }) => name === 'more')).toMatchObject({ active: true, path: '/srv/more' });
  await expect(keeper.actOnPool(wish(), 'more', 'start')).rejects.toMatchObject({ code: 'invalid-state', message: 'It is active.' });
  await keeper.actOnPool(wish(), 'more', 'stop');
  expect(asked).toEqual([]);
  await expect(keeper.actOnPool(wish(), 'more', 'undefine')).rejects.toEqual(code('cancelled'));
  answers.push(yes);
  await keeper.actOnPool(wish(), 'more', 'undefine');
  expect(host.pools.some(({ name }) => name === 'more')).toBe(false);
  await expect(keeper.actOnPool(wish(), 'more', 'start')).rejects.toEqual(code('not-found'));
});

test('stopping a pool with disks of running guests is asked about', async () => {
  const { keeper, wish, asked } = await setUp();
  await expect(keeper.actOnPool(wish(), 'default', 'stop')).rejects.toEqual(code('cancelled'));
  expect(asked[0]?.message.join(' ')).toContain('“debian-13”');
});

test('a device is written over only after main has named it', async () => {
  const { keeper, wish, asked, host } = await setUp();
  const place = { devices: ['/dev/sdx'], format: 'gpt' };
  const made = PoolSpec.parse({ name: 'x', kind: 'disk', place, build: 'overwrite', start: true, autostart: false });
  await expect(keeper.makePool(wish(), made)).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([{ title: 'Overwrite “/dev/sdx”?', confirm: 'Overwrite', danger: true }]);
  expect(host.pools.some(({ name }) => name === 'x')).toBe(false);
});

test('before devices are overwritten the question tells which they are and what is on them; what is in use is not asked about', async () => {
  const { keeper, wish, asked, answers, host } = await setUp();
  const over = (device: string) =>
    PoolSpec.parse({
      name: 'over',
      kind: 'disk',
      place: { devices: [device], format: 'gpt' },
      build: 'overwrite',
      start: false,
      autostart: false,
    });
  await expect(keeper.makePool(wish(), over('/dev/sdb1'))).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)).toMatchObject({
    title: 'Overwrite “/dev/sdb1”?',
    details: [
      { label: 'Host', value: 'Here (fake://here/)' },
      { label: 'Partition', value: '/dev/sdb1' },
      { label: 'Of the disk' },
      { label: 'Size' },
      { label: 'Label', value: 'backup' },
      { label: 'On it now', value: 'ext4' },
    ],
    danger: true,
  });
  await expect(keeper.makePool(wish(), over('/dev/disk/unheard-of'))).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)).toMatchObject({ details: [{ label: 'Host' }, { label: 'Device', value: '/dev/disk/unheard-of' }] });
  expect(asked.at(-1)?.message).toContain('What is on it now could not be told.');
  answers.push(yes);
  await expect(keeper.makePool(wish(), over('/dev/nvme0n1'))).rejects.toEqual(code('in-use'));
  expect(asked).toHaveLength(2);
  expect(host.pools.some(({ name }) => name === 'over')).toBe(false);
});

test('a guest’s disk is copied or built on only after a question, and so is a file of the host', async () => {
  const { keeper, wish, asked, answers, host } = await setUp();
  const used = (await registry?.connection('here').storage?.uses())?.volumes.find(({ users }) =>
    users.some(({ kinds }) => kinds.includes('disk')),
  );
  if (used === undefined) throw new Error('no guest of the fake host has a disk');
  const to = { ...used.volume, name: 'stolen.qcow2' };
  await expect(keeper.changeVolume(wish(), { kind: 'clone', volume: used.volume, to, format: null })).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)?.message.join(' ')).toContain(`“${used.users[0]?.name}”`);
  const overlay = (path: string) => keeper.makeVolume(wish(), spec('over.qcow2', { backing: { path, format: 'qcow2' } }));
  await expect(overlay(used.path)).rejects.toEqual(code('cancelled'));
  await expect(overlay('/etc/shadow')).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)).toMatchObject({ title: 'Build on a file of the host?', details: [{ label: 'Host' }, { value: '/etc/shadow' }] });
  expect(host.uploads.some(({ name }) => name === 'stolen.qcow2' || name === 'over.qcow2')).toBe(false);
  answers.push(yes);
  await overlay(used.path);
  expect(host.uploads.some(({ name }) => name === 'over.qcow2')).toBe(true);
});

test('a volume by its definition: what it names of the host is asked about, and what it lies over too', async () => {
  const { keeper, wish, asked, answers, host, told, names } = await setUp();
  const text = (name: string, target: string, more = '') =>
    `<volume><name>${name}</name><capacity>67108864</capacity><target>${target}</target>${more}</volume>`;
  const make = (definition: string, passphrase: string | null = null) =>
    keeper.makeVolumeByText(wish(), { pool: 'scratch', text: definition, passphrase, tables: false });
  await make(text('plain.img', '<format type="raw"/>'));
  await make(text('locked.img', '<format type="raw"/><encryption format="luks"/>'), 'correct horse');
  expect(asked).toEqual([]);
  expect(names()).toEqual(expect.arrayContaining(['plain.img', 'locked.img']));
  expect(JSON.stringify(told)).not.toContain('horse');

  await expect(make(text('netinst.iso', '<permissions><mode>0666</mode></permissions>'))).rejects.toEqual(code('exists'));
  expect(asked).toEqual([]);
  const open = text('open.img', '<format type="raw"/><permissions><mode>0666</mode></permissions>');
  await expect(make(open)).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)).toMatchObject({
    details: [{ label: 'Host' }, { value: 'target/permissions/mode: 0666', exact: true }],
    danger: true,
  });
  const many = Array.from({ length: 41 }, (_, at) => `<permissions${at}>x</permissions${at}>`).join('');
  await expect(make(text('many.img', many))).rejects.toEqual(code('bad-input'));

  const used = (await registry?.connection('here').storage?.uses())?.volumes.find(({ users }) =>
    users.some(({ kinds }) => kinds.includes('disk')),
  );
  const above = (path: string) =>
    make(text('over.qcow2', '<format type="qcow2"/>', `<backingStore><path>${path}</path><format type="qcow2"/></backingStore>`));
  await expect(above('/etc/shadow')).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)?.title).toBe('Build on a file of the host?');
  await expect(above(used?.path ?? '')).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)?.message.join(' ')).toContain(`“${used?.users[0]?.name}”`);
  expect(host.uploads.some(({ name }) => name === 'over.qcow2' || name === 'open.img')).toBe(false);
  answers.push(yes);
  await make(open);
  expect(names()).toContain('open.img');
});

test('who may only look changes nothing', async () => {
  const { keeper, wish } = await setUp({ readOnly: true });
  await expect(keeper.makeVolume(wish(), spec('a'))).rejects.toEqual(code('permission'));
  await expect(keeper.actOnPool(wish(), 'default', 'refresh')).rejects.toEqual(code('permission'));
});
