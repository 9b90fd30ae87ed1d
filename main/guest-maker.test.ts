import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { ConfirmationAnswer } from '#model/confirmation';
import type { Confirmation } from '#model/confirmation';
import { guestDefaults, type GuestSpec } from '#model/guest-spec';
import { GiB } from '#model/quantity';
import type { Task } from '#model/task';
import type { Workshop } from '../backends/sources/sources.ts';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { FakeSources } from '../backends/fake/fake-sources.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { GuestMaker } from './guest-maker.ts';
import { type ChosenBy, MediaTokens } from './media-tokens.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { Tasks } from './tasks.ts';
import { VolumeLocks } from './volume-locks.ts';
import { WebApprovals } from './web-approvals.ts';
import { unheard } from '../test/fakes/unheard.ts';

let registry: Registry | undefined;
afterEach(async () => registry?.close());

const code = (found: string) => expect.objectContaining({ code: found });
const confirmed: ConfirmationAnswer = { kind: 'confirmed', ticked: [] };

/** A computer whose workshops are counted. */
class CountedSources extends FakeSources {
  open = 0;
  override async openWorkshop(): Promise<Workshop> {
    const workshop = await super.openWorkshop();
    this.open += 1;
    return new Proxy(workshop, {
      get: (target, name, receiver) => (name === 'dispose' ? async () => void (this.open -= 1) : Reflect.get(target, name, receiver)),
    });
  }
}

async function setUp({ incomplete = null }: { incomplete?: string | null } = {}) {
  const fake = new FakeBackend({ delay: 1 });
  const address = { road: 'uri' as const, uri: 'fake://here/' };
  const here = { id: 'here', name: 'Here', uri: 'fake://here/', address, autoconnect: true, readOnly: false };
  registry = new Registry({ backends: [fake], hosts: [here], publish: unheard, log: () => {}, random: Math.random });
  registry.connectAll();
  const connected = registry;
  const connection = await vi.waitFor(() => connected.connection('here'));
  const { creation } = connection;
  if (creation === null) throw new Error('the fake makes guests');
  const told: Task[] = [];
  const asked: Confirmation[] = [];
  const answers: (ConfirmationAnswer | Promise<ConfirmationAnswer>)[] = [];
  const remembered: string[][] = [];
  const granted: (readonly (readonly string[])[])[] = [];
  const sources = new CountedSources();
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const tokens = new MediaTokens(randomUUID);
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    unkeptJournal,
  );
  const maker = new GuestMaker({
    registry,
    tasks,
    tokens,
    recent: { remember: async ({ name }, chosen) => void remembered.push([name, ...[...chosen.values()].map(({ path }) => path)]) },
    sources,
    questions,
    locks: new VolumeLocks((_, { name }) => name === incomplete),
    webApprovals: new WebApprovals(questions, sources),
    uuid: randomUUID,
    grantAccess: async (commands) => void granted.push(commands),
  });
  const ended = async (id: string) =>
    vi.waitFor(
      () => {
        const state = told.filter((task) => task.id === id).at(-1)?.state;
        if (state === undefined || state.kind === 'running') throw new Error('it runs');
        return state;
      },
      { timeout: 20_000 },
    );
  return {
    maker,
    tokens,
    sources,
    asked,
    answers,
    granted,
    remembered,
    told,
    ended,
    host: fake.host('here'),
    creation,
    making: vi.spyOn(creation, 'create'),
    choose: (path: string) => tokens.issue(1, { path }),
  };
}

const spec = (source: GuestSpec['source'], more: Partial<GuestSpec> = {}): GuestSpec => ({
  ...guestDefaults,
  name: 'fresh',
  source,
  vcpus: 1,
  memory: GiB,
  disks: [],
  nics: [],
  ...more,
});
const iso = (url: string): GuestSpec['source'] => ({
  kind: 'iso',
  from: { kind: 'url', url, checksum: null },
  into: 'default',
  unattended: null,
});
const wish = (of: GuestSpec, operation = randomUUID()) => ({ host: 'here', spec: of, operation });

test('what is fetched is fetched right before, and gone from here afterwards', async () => {
  const { maker, making, sources, ended } = await setUp();
  const asked = wish(spec(iso('https://example.org/a.iso')));
  await maker.create(1, asked);
  expect((await ended(asked.operation)).kind).toBe('done');
  expect(making.mock.calls[0]?.[0].files.image?.file.path).toMatch(/a\.iso$/);
  expect(sources.open).toBe(0);
});

test('a download that breaks off makes nothing, and leaves no workshop', async () => {
  const { maker, making, sources, ended } = await setUp();
  const asked = wish(spec(iso('https://example.org/broken.iso')));
  await maker.create(1, asked);
  expect(await ended(asked.operation)).toMatchObject({ kind: 'failed', fault: { code: 'connection-lost' } });
  expect(making).not.toHaveBeenCalled();
  expect(sources.open).toBe(0);
});

test('nothing is fetched that this computer has no room for, and the form is told as soon as the size is known', async () => {
  const { maker, making, sources, ended } = await setUp();
  const wanted = spec(iso('https://example.org/a.iso'));
  sources.room = GiB / 2;
  expect(await maker.check(1, 'here', wanted)).toEqual([]);
  const asked = wish(wanted);
  await maker.create(1, asked);
  const message = 'Preparing the guest’s files takes 700 MiB on this computer, which has 512 MiB free for it.';
  expect(await ended(asked.operation)).toMatchObject({ kind: 'failed', fault: { code: 'no-space', message } });
  expect(making).not.toHaveBeenCalled();
  const [objection] = await maker.check(1, 'here', wanted);
  expect(objection).toMatchObject({ field: 'media', severity: 'error', message, remedy: expect.stringMatching(/^Make 188 MiB free/) });
  sources.room = GiB;
  expect(await maker.check(1, 'here', wanted)).toEqual([]);
  const again = wish(wanted);
  await maker.create(1, again);
  expect((await ended(again.operation)).kind).toBe('done');
});

test('nothing is fetched that its pool has no room for', async () => {
  const { maker, making, told, ended, host } = await setUp();
  for (const pool of host.pools) if (pool.name === 'default') pool.available = GiB / 2;
  const asked = wish(spec(iso('https://example.org/a.iso')));
  await maker.create(1, asked);
  expect(await ended(asked.operation)).toMatchObject({ kind: 'failed', fault: { message: expect.stringContaining('too little space') } });
  expect(making).not.toHaveBeenCalled();
  expect(JSON.stringify(told)).not.toContain('Downloading');
});

test('what is converted or unpacked here is an error for what is packed, and a warning for all that it can come to', async () => {
  const { maker, sources, choose } = await setUp();
  const from = { kind: 'file', token: choose('/images/old.vmdk') } as const;
  const converted = spec({ kind: 'disk', from, into: 'default', size: null });
  const unpacked = spec({ kind: 'appliance', token: choose('/images/web.ova'), into: 'default' });
  const told = async (of: GuestSpec, room: number) => {
    sources.room = room;
    return (await maker.check(1, 'here', of)).map(({ severity }) => severity);
  };
  expect(await told(converted, 20 * GiB)).toEqual([]);
  expect(await told(converted, 5 * GiB)).toEqual(['warning']);
  expect(await told(converted, 3 * GiB)).toEqual(['error']);
  expect(await told(unpacked, 8 * GiB)).toEqual([]);
  expect(await told(unpacked, GiB)).toEqual(['warning']);
  expect(await told(unpacked, GiB / 4)).toEqual(['error']);
  const inPlace = spec({ kind: 'disk', from, into: null, size: null });
  expect(await told(inPlace, 0)).toEqual([]);
});

test('an address that nobody knows is asked about first, and a no is the end of it', async () => {
  const { maker, making, asked, told } = await setUp();
  await expect(maker.create(1, wish(spec(iso('https://elsewhere.test/a.iso'))))).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([{ details: [{ value: 'https://elsewhere.test/a.iso' }] }]);
  expect(making).not.toHaveBeenCalled();
  expect(told).toEqual([]);
});

test('a disk in another program’s format is converted where it is copied, and not where it is used in place', async () => {
  const { maker, making, choose, ended } = await setUp();
  for (const [into, format] of [
    ['default', 'qcow2'],
    [null, 'vmdk'],
  ] as const) {
    const token = choose('/home/ada/disk.vmdk');
    const asked = wish(spec({ kind: 'disk', from: { kind: 'file', token }, into, size: null }, { name: `to-${format}` }));
    await maker.create(1, asked);
    expect((await ended(asked.operation)).kind).toBe('done');
    expect(making.mock.lastCall?.[0].files.image?.format).toBe(format);
  }
});

test('a cloud image comes with a seed, a tree with its kernel and a word on what happens next, an appliance with its disks', async () => {
  const { maker, making, choose, ended } = await setUp();
  const cloudInit = { hostname: 'a', user: null, packages: [], own: null };
  const url = { kind: 'url', url: 'https://example.org/a.qcow2', checksum: null } as const;
  const tree: GuestSpec['source'] = { kind: 'tree', url: 'https://example.org/tree/', arguments: '', into: 'default', unattended: null };
  const wishes = [
    wish(spec({ kind: 'cloud-image', from: url, into: 'default', size: null, cloudInit }, { name: 'cloud' })),
    wish(spec(tree, { name: 'tree' })),
    wish(spec({ kind: 'appliance', token: choose('/home/ada/a.ova'), into: 'default' }, { name: 'packed' })),
  ];
  const states = [];
  for (const each of wishes) {
    await maker.create(1, each);
    states.push(await ended(each.operation));
  }
  const files = making.mock.calls.map(([request]) => request.files);
  expect(files[0]?.seed?.path).toMatch(/seed\.iso$/);
  expect(files[1]?.kernel?.arguments).toContain('inst.repo=');
  expect(files[2]?.disks).toMatchObject([{ file: { path: expect.stringContaining('a.ova') } }]);
  expect(states).toMatchObject([{ note: null }, { note: expect.stringContaining('next start is from its disk') }, { note: null }]);
});

test('the drivers that this computer has are found by main, and a volume that is incomplete is used for nothing', async () => {
  const { maker, making, ended } = await setUp({ incomplete: 'half.qcow2' });
  const drivers = { from: { kind: 'found' }, into: null } as const;
  const asked = wish(spec({ kind: 'empty' }, { drivers }));
  await maker.create(1, asked);
  await ended(asked.operation);
  expect(making.mock.calls[0]?.[0].files.drivers?.path).toMatch(/virtio-win\.iso$/);
  const half = { kind: 'volume', volume: { pool: 'default', name: 'half.qcow2' } } as const;
  await expect(maker.create(1, wish(spec({ kind: 'disk', from: half, into: null, size: null })))).rejects.toEqual(code('invalid-state'));
});

test('a right to a file is given for a file of that wish only, and only after the person agreed to the very commands', async () => {
  const { maker, creation, choose, asked, answers, granted } = await setUp();
  const commands = [['setfacl', '-m', 'u:qemu:x', '/home/ada']];
  vi.spyOn(creation, 'grantsFor').mockResolvedValue(commands);
  const [token, other] = [choose('/home/ada/a.iso'), choose('/home/ada/secret')];
  const of = spec({ kind: 'iso', from: { kind: 'file', token }, into: null, unattended: null });
  await expect(maker.mend(1, 'here', of, { kind: 'grant', token: other })).rejects.toEqual(code('bad-token'));
  await expect(maker.mend(1, 'here', of, { kind: 'grant', token })).rejects.toEqual(code('cancelled'));
  expect(granted).toEqual([]);
  answers.push(confirmed);
  await maker.mend(1, 'here', of, { kind: 'grant', token });
  expect(asked.at(-1)?.details).toEqual([{ label: 'Command', value: 'setfacl -m u:qemu:x /home/ada', exact: true }]);
  expect(granted).toEqual([commands]);
});

test('a definition of one’s own is made only when the person agreed to what is new in it', async () => {
  const { maker, making, asked, answers, ended } = await setUp();
  const of = spec({ kind: 'empty' });
  const { definition } = await maker.preview(1, 'here', of);
  const evil = '<filesystem type="mount"><source dir="/"/><target dir="host"/></filesystem>';
  const own = definition.replace('</devices>', `${evil}\n  </devices>`);
  await expect(maker.create(1, { ...wish(of), definition: own })).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([{ details: [{ label: 'Host' }, { value: evil, exact: true }] }]);
  expect(making).not.toHaveBeenCalled();
  answers.push(confirmed);
  const agreed = wish(of);
  await maker.create(1, { ...agreed, definition: own });
  expect((await ended(agreed.operation)).kind).toBe('done');
  expect(making.mock.calls[0]?.[0].definition).toBe(own);
  const unchanged = wish(spec({ kind: 'empty' }, { name: 'other' }));
  const proposed = await maker.preview(1, 'here', unchanged.spec);
  await maker.create(1, { ...unchanged, definition: proposed.definition });
  expect((await ended(unchanged.operation)).kind).toBe('done');
  expect(asked).toHaveLength(2);
});

test('what a definition of one’s own gives of the host stands before all else that is new', async () => {
  const { maker, asked } = await setUp();
  const of = spec({ kind: 'empty' });
  const { definition } = await maker.preview(1, 'here', of);
  const many = Array.from({ length: 40 }, (_, at) => `<harmless number="${at}"/>`).join('\n');
  const disk = '<disk type="file"><source file="/etc/shadow"/><target dev="vdz"/></disk>';
  const own = definition.replace('</devices>', `${many}\n${disk}\n</devices>`);
  await expect(maker.create(1, { ...wish(of), definition: own })).rejects.toEqual(code('cancelled'));
  expect(asked[0]?.danger).toBe(true);
  expect(asked[0]?.details?.slice(1, 3)).toMatchObject([
    { label: 'Of its host', value: '/etc/shadow' },
    { label: 'New', value: disk },
  ]);
});

test('a program runs with the files of the host only when the person agreed to it', async () => {
  const { maker, making, asked } = await setUp();
  const of = spec({ kind: 'container-app', init: '/bin/sh', arguments: ['-c', 'id'], idMap: null });
  await expect(maker.create(1, wish(of))).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([{ danger: true, details: [{ label: 'Host' }, { value: '/bin/sh' }, { value: '-c' }, { value: 'id' }] }]);
  expect(making).not.toHaveBeenCalled();
});

test('packages are put together on the host only when the person agreed to it, whatever users the container has', async () => {
  const { maker, making, asked } = await setUp();
  const system = { tool: 'dnf', release: '42' } as const;
  const idMap = { start: 100_000, count: 65_536 };
  const of = spec({
    kind: 'container-os',
    from: { kind: 'bootstrap', system },
    into: 'default',
    init: '/sbin/init',
    idMap,
    hostname: null,
    rootPasswordHash: null,
  });
  await expect(maker.create(1, wish(of))).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([{ confirm: 'Put it together', details: [{ label: 'Host' }, { label: 'Release', value: '42' }] }]);
  expect(making).not.toHaveBeenCalled();
});

test('an inactive pool and an inactive network are started, after which they stand in the way no more', async () => {
  const { maker, host } = await setUp();
  const pool = host.pools.find(({ active }) => !active)?.name ?? '';
  const network = host.networks.find(({ active }) => !active)?.name ?? '';
  const of = spec(
    { kind: 'empty' },
    { disks: [{ kind: 'new', pool, size: 1024 ** 2, format: 'raw' }], nics: [{ kind: 'network', name: network }] },
  );
  const objections = await maker.check(1, 'here', of);
  const mends = objections.flatMap((objection) => objection.mends);
  expect(mends).toEqual([
    { kind: 'start-pool', pool },
    { kind: 'start-network', network },
  ]);
  for (const mend of mends) await maker.mend(1, 'here', of, mend);
  expect(host.pools.find(({ name }) => name === pool)?.active).toBe(true);
  expect(host.networks.find(({ name }) => name === network)?.active).toBe(true);
  expect((await maker.check(1, 'here', of)).flatMap((objection) => objection.mends)).toEqual([]);
});

test('of several tokens of which one is bad none is used up', async () => {
  const { maker, tokens, choose } = await setUp();
  const token = choose('/home/ada/a.iso');
  const drivers = { from: { kind: 'file', token: randomUUID() }, into: null } as const;
  const of = spec({ kind: 'iso', from: { kind: 'file', token }, into: null, unattended: null }, { drivers });
  await expect(maker.create(1, wish(of))).rejects.toEqual(code('bad-token'));
  expect(tokens.look(1, token).path).toBe('/home/ada/a.iso');
  expect(() => tokens.look(2, token)).toThrow(BackendError);
});

test('a disk that is moved goes from its old place when the guest is there, and only after a question that names it', async () => {
  const { maker, choose, sources, asked, answers, ended, making } = await setUp();
  const token = choose('/home/ada/system.qcow2');
  const wish = spec({ kind: 'disk', from: { kind: 'file', token }, into: 'default', size: null, move: true });
  const operation = randomUUID();
  await expect(maker.create(1, { host: 'here', spec: wish, operation })).rejects.toEqual(code('cancelled'));
  expect(making).not.toHaveBeenCalled();
  expect(asked).toMatchObject([{ danger: true, details: [{ label: 'Host' }, { value: '/home/ada/system.qcow2' }] }]);
  answers.push(confirmed);
  making.mockImplementationOnce(async () => {
    expect(sources.removed).toEqual([]);
    throw new BackendError('no-space', 'The pool is full.');
  });
  await maker.create(1, { host: 'here', spec: wish, operation });
  expect(await ended(operation)).toMatchObject({ kind: 'failed' });
  expect(sources.removed).toEqual([]);
  answers.push(confirmed);
  const again = randomUUID();
  await maker.create(1, { host: 'here', spec: wish, operation: again });
  expect(await ended(again)).toMatchObject({ kind: 'done', note: null });
  expect(sources.removed).toEqual(['/home/ada/system.qcow2']);
});

test('an original that cannot be removed stays, and the guest too; the task says where', async () => {
  const { maker, choose, sources, answers, ended } = await setUp();
  vi.spyOn(sources, 'holdOriginal').mockResolvedValue({
    path: '/home/ada/system.qcow2',
    remove: async () => {
      throw new BackendError('permission', 'The folder may not be written to.');
    },
  });
  const from = { kind: 'file', token: choose('/home/ada/system.qcow2') } as const;
  const operation = randomUUID();
  answers.push(confirmed);
  await maker.create(1, { host: 'here', spec: spec({ kind: 'disk', from, into: 'default', size: null, move: true }), operation });
  expect(await ended(operation)).toMatchObject({
    kind: 'done',
    note: expect.stringMatching(/original stays at \/home\/ada.*may not be written/),
  });
});

test('what a guest was really made from is remembered, and nothing where none was made', async () => {
  const { maker, choose, ended, host, remembered } = await setUp();
  const medium = (token: string): GuestSpec['source'] => ({ kind: 'iso', from: { kind: 'file', token }, into: null, unattended: null });
  host.injectFault('define', new BackendError('invalid-definition', 'No.'));
  const failing = wish(spec(medium(choose('/srv/debian.iso')), { name: 'none' }));
  await maker.create(1, failing);
  expect((await ended(failing.operation)).kind).toBe('failed');
  expect(remembered).toEqual([]);
  const asked = wish(spec(medium(choose('/srv/debian.iso')), { name: 'some' }));
  await maker.create(1, asked);
  expect((await ended(asked.operation)).kind).toBe('done');
  expect(remembered).toEqual([['some', '/srv/debian.iso']]);
});

test('a disk of the host is written to only when the person agreed to that very disk; a disc is only read', async () => {
  const { maker, making, asked, answers, ended, host } = await setUp();
  const from = { kind: 'drive', drive: 'block_sdb_WD_1' } as const;
  const of = spec({ kind: 'disk', from, into: null, size: null });
  await expect(maker.create(1, wish(of))).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([
    {
      title: 'Let “fresh” write to this disk of its host?',
      danger: true,
      details: [
        { label: 'Host', value: expect.stringMatching(/\(.+\)$/), exact: true },
        { label: 'Disk', value: '/dev/sdb', exact: true },
        { label: 'Model', value: 'WD Elements', exact: true },
        { label: 'Size', value: '500.0 GiB (536870912000 bytes)', exact: true },
        { label: 'On it now', value: 'Nothing that is known', exact: true },
      ],
    },
  ]);
  expect(making).not.toHaveBeenCalled();

  answers.push(confirmed);
  const agreed = wish(of);
  await maker.create(1, agreed);
  expect((await ended(agreed.operation)).kind).toBe('done');
  expect(making.mock.lastCall?.[0].drive).toMatchObject({ path: '/dev/sdb', name: 'WD Elements' });

  const disc = wish(
    spec({ kind: 'iso', from: { kind: 'drive', drive: 'block_sr0_HL_DT_ST' }, into: null, unattended: null }, { name: 'reader' }),
  );
  await maker.create(1, disc);
  expect((await ended(disc.operation)).kind).toBe('done');
  expect(asked).toHaveLength(2);

  host.drives.splice(0);
  await expect(maker.create(1, wish(spec({ kind: 'disk', from, into: null, size: null }, { name: 'late' })))).rejects.toEqual(
    code('not-found'),
  );
});

test('another disk that took the place of the one that was agreed to is not used', async () => {
  const { maker, answers, ended, host, sources } = await setUp();
  answers.push(confirmed);
  // Between the answer and the work.
  const open = sources.openWorkshop.bind(sources);
  vi.spyOn(sources, 'openWorkshop').mockImplementationOnce(async () => {
    for (const drive of host.drives) drive.name = 'Holiday pictures';
    return open();
  });
  const of = wish(spec({ kind: 'disk', from: { kind: 'drive', drive: 'block_sdb_WD_1' }, into: null, size: null }));
  await maker.create(1, of);
  expect(await ended(of.operation)).toMatchObject({
    kind: 'failed',
    fault: { message: expect.stringContaining('not the drive any more') },
  });
});

test('an image that a window chose from the list of recent media is written to only when the person agreed', async () => {
  const { maker, tokens, making, asked, answers, ended } = await setUp();
  const inPlace = (by: ChosenBy): GuestSpec['source'] => {
    const token = tokens.issue(1, { path: '/srv/base.qcow2' }, by);
    return { kind: 'disk', from: { kind: 'file', token }, into: null, size: null };
  };
  const listed = wish(spec(inPlace('window'), { disks: [] }));
  await expect(maker.create(1, listed)).rejects.toEqual(code('cancelled'));
  expect(asked).toMatchObject([
    { title: expect.stringContaining('write to this image'), details: [{ label: 'Host' }, { value: '/srv/base.qcow2' }] },
  ]);
  expect(making).not.toHaveBeenCalled();
  answers.push(confirmed);
  await maker.create(1, listed);
  expect((await ended(listed.operation)).kind).toBe('done');
  const chosen = wish(spec(inPlace('person'), { name: 'other', disks: [] }));
  await maker.create(1, chosen);
  expect(asked).toHaveLength(2);
});

test.each([
  ['agrees', confirmed],
  ['says no', { kind: 'cancelled' }],
] as const)('a wish that comes again while the person is asked is answered as the first, when they %s', async (_what, answer) => {
  const { maker, making, asked, answers, ended } = await setUp();
  let decide: (answer: ConfirmationAnswer) => void = () => {};
  answers.push(new Promise((resolve) => (decide = resolve)));
  const once = wish(spec({ kind: 'disk', from: { kind: 'drive', drive: 'block_sdb_WD_1' }, into: null, size: null }));
  const both = Promise.allSettled([maker.create(1, once), maker.create(1, once)]);
  await expect(maker.create(1, { ...once, spec: { ...once.spec, name: 'other' } })).rejects.toEqual(code('bad-input'));
  decide(answer);
  const ends = await both;
  expect(asked).toHaveLength(1);
  if (answer.kind === 'confirmed') {
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  } else {
    expect(ends).toMatchObject([{ reason: { code: 'cancelled' } }, { reason: { code: 'cancelled' } }]);
    answers.push(confirmed);
    await maker.create(1, once);
  }
  expect((await ended(once.operation)).kind).toBe('done');
  expect(making).toHaveBeenCalledOnce();
});
