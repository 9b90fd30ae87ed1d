import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { defaultKeyboard } from '#contract/keyboard';
import type { Caller } from '#contract/define';
import type { Settings } from '#contract/settings';
import { ConsolePlace } from '#contract/windows';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { usualChoices } from '#model/console-choices';
import { guestDefaults, type GuestSpec } from '#model/guest-spec';
import { GiB } from '#model/quantity';
import type { Volume } from '#model/storage';
import type { Task } from '#model/task';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { fakeFiles } from '../backends/fake/fake-files.ts';
import { FakeClipboard } from '../backends/fake/fake-clipboard.ts';
import { fakeKept } from '../backends/fake/fake-kept.ts';
import { plainVolume } from '../backends/fake/plain-volume.ts';
import { FakeSources } from '../backends/fake/fake-sources.ts';
import { guestId } from '../backends/fake/seed.ts';
import { fakeConsoleWindows, noExternalViewers, noViewer } from '../test/fakes/fake-console-windows.ts';
import { fakeDefinitionShelf } from '../test/fakes/fake-definition-shelf.ts';
import { fakeSchemas } from '../test/fakes/fake-schemas.ts';
import { fakeShelf, noFiles } from '../test/fakes/fake-shelf.ts';
import type { GuestConsoleSettings } from './console-settings.ts';
import { createGuesthouse } from './guesthouse.ts';
import type { Guesthouse } from './guesthouse.ts';
import { unheard } from '../test/fakes/unheard.ts';

const app: Caller = { window: 1, role: 'app' };
const debian = guestId(0);
const windows = guestId(2);
const template = guestId(3);
const database = guestId(6);
const settings: Settings = { theme: 'system', sidebarWidth: 240, sidebarOpen: true, manualConsoles: [], keyboard: defaultKeyboard };

let open: Guesthouse | undefined;
afterEach(async () => open?.close());

async function setUp() {
  const fake = new FakeBackend({ delay: 1 });
  const questions: Confirmation[] = [];
  const tasks: Task[] = [];
  const confirm = vi.fn(async (_window: number, question: Confirmation): Promise<ConfirmationAnswer> => {
    questions.push(question);
    return { kind: 'confirmed', ticked: question.choices.filter(({ ticked }) => ticked).map(({ id }) => id) };
  });
  const log = vi.fn<(line: string) => void>();
  const changedSettings = vi.fn();
  const changedChoices = vi.fn();
  const guesthouse = createGuesthouse(
    {
      backends: [fake],
      hosts: [
        {
          id: 'here',
          name: 'This computer',
          uri: 'fake://here/',
          address: { road: 'uri', uri: 'fake://here/' },
          autoconnect: true,
          readOnly: false,
        },
      ],
      publish: {
        ...unheard,
        hardware: {},
        inspection: {},
        startOrder: {},
        definitions: {},
        storage: {},
        networks: {},
        inventory: {},
        consoles: { chosen: changedChoices },
        clipboard: { changed: () => {} },
        usb: {},
        media: {},
        keyboard: { released: () => undefined },
        tasks: { changed: (task) => tasks.push(task) },
        interruptions: { changed: () => {} },
        settings: { changed: changedSettings },
        windows: { consolesChanged: () => {}, fullScreenChanged: () => {} },
        templates: {},
        confirmation: {},
      },
      confirm,
      confirmation: { read: async () => ({ title: '', message: [], choices: [], confirm: '', danger: false }), answer: async () => {} },
      viewer: noViewer,
      externalViewers: noExternalViewers,
      grantAccess: async () => undefined,
      consoleWindows: fakeConsoleWindows().consoleWindows,
      keyboard: { grab: async () => undefined },
      chooseFile: async () => ({ path: '/srv/isos/debian-13.iso' }),
      chooseLoginFile: async () => ({ path: '/home/ada/.ssh/id_ed25519' }),
      saveHosts: async () => {},
      media: new FakeSources(),
      files: fakeFiles(() => '/home/ada/disk.qcow2'),
      consoleSettings: fakeKept<readonly GuestConsoleSettings[]>([]),
      templates: fakeKept([]),
      recentMedia: fakeKept([]),
      journal: { shelf: fakeShelf(), files: noFiles },
      definitions: fakeDefinitionShelf(),
      schemas: fakeSchemas,
      clipboard: new FakeClipboard(),
      uuid: randomUUID,
      createPort: () => ({ post: () => {}, onFrame: () => {}, onClosed: () => {}, close: () => {} }),
      settings: { read: async () => settings, write: async (change) => ({ ...settings, ...change }) },
      log,
    },
    { checkOutputs: true },
  );
  open = guesthouse;
  const call = async (channel: string, input: unknown, caller = app): Promise<unknown> => {
    const reply = await guesthouse.call(channel, [input], caller);
    if (!reply.ok) throw new BackendError(reply.fault.code, reply.fault.message, reply.fault);
    return reply.value;
  };
  await vi.waitFor(async () => call('guests.list', { host: 'here' }));
  const host = fake.host('here');
  const lastTask = async (kind: Task['state']['kind']) =>
    vi.waitFor(() => {
      const task = tasks.at(-1);
      expect(task?.state.kind).toBe(kind);
      return task;
    });
  return { guesthouse, fake, host, call, confirm, questions, tasks, lastTask, log, changedSettings, changedChoices };
}

const code = (found: string) => expect.objectContaining({ code: found });

test('every call of the contract answers what the contract says', async () => {
  const { call, log } = await setUp();
  const guest = { host: 'here', id: debian };
  expect(await call('hosts.list', {})).toMatchObject([{ id: 'here', state: { kind: 'connected' } }]);
  expect(await call('guests.list', { host: 'here' })).toMatchObject({
    seq: 1,
    guests: expect.arrayContaining([expect.objectContaining({ name: 'debian-13' })]),
  });
  expect(await call('guests.describe', guest)).toMatchObject({ id: debian, disks: [{ target: 'vda' }] });
  expect(await call('guests.definition', guest)).toContain('debian-13');
  expect(await call('guests.offer', { host: 'here' })).toMatchObject({ takenNames: expect.arrayContaining(['debian-13']) });
  expect(await call('storage.pools', { host: 'here' })).toHaveLength(5);
  expect(await call('storage.volumes', { host: 'here', pool: 'default' })).not.toHaveLength(0);
  expect(await call('networks.list', { host: 'here' })).toHaveLength(3);
  expect(await call('tasks.list', {})).toEqual([]);
  expect(await call('guests.history', guest)).toEqual([]);
  await call('guests.watch', { watches: [{ kind: 'guest', ...guest }] });
  await call('consoles.open', { guest, console: 'serial0', force: false, ticket: crypto.randomUUID() });
  await call('hosts.disconnect', { host: 'here' });
  await expect(call('guests.list', { host: 'here' })).rejects.toEqual(code('not-connected'));
  expect(log).not.toHaveBeenCalled();
});

test('an action is a task with its command, and is refused in the wrong state with the reason', async () => {
  const { call, lastTask, host, questions } = await setUp();
  await call('guests.act', { guest: { host: 'here', id: debian }, action: 'pause' });
  expect(await lastTask('done')).toMatchObject({ title: 'Pause “debian-13”', command: 'fake pause debian-13', guest: debian });
  expect(host.find(debian).guest.state).toBe('paused');
  await expect(call('guests.act', { guest: { host: 'here', id: debian }, action: 'start' })).rejects.toThrow(
    'Only a guest that is shut off can be started.',
  );
  expect(questions).toEqual([]);
});

test('what may lose work is done only when the person agrees, and judged again afterwards', async () => {
  const { call, confirm, host, questions } = await setUp();
  const wish = { guest: { host: 'here', id: debian }, action: 'force-off' };
  confirm.mockResolvedValueOnce({ kind: 'cancelled' });
  await expect(call('guests.act', wish)).rejects.toEqual(code('cancelled'));
  expect(host.find(debian).guest.state).toBe('running');
  confirm.mockImplementationOnce(async () => {
    host.update(debian, { state: 'shut-off' });
    return { kind: 'confirmed', ticked: [] };
  });
  await expect(call('guests.act', wish)).rejects.toEqual(code('invalid-state'));
  host.update(debian, { state: 'running' });
  await vi.waitFor(async () => call('guests.act', wish));
  expect(questions[0]?.title).toContain('debian-13');
  expect(questions[0]?.message[0]).toContain('lost');
  expect(host.find(debian).guest.state).toBe('shut-off');
});

test('a window can have one question open', async () => {
  const { call, confirm } = await setUp();
  let answer: (value: ConfirmationAnswer) => void = () => {};
  confirm.mockImplementationOnce(
    async () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const first = call('guests.delete', { host: 'here', id: debian });
  await vi.waitFor(() => expect(confirm).toHaveBeenCalled());
  await expect(call('guests.delete', { host: 'here', id: windows })).rejects.toEqual(code('busy'));
  answer({ kind: 'cancelled' });
  expect(await first).toEqual({ task: null });
});

test('delete names each disk, ticks only what is this guest’s alone, and takes the ticked ones along', async () => {
  const { call, questions, lastTask, host } = await setUp();
  const { task } = Object(await call('guests.delete', { host: 'here', id: database }));
  expect(questions[0]).toMatchObject({
    title: 'Delete “database”?',
    message: [expect.stringContaining('forced off'), expect.any(String)],
    choices: [
      { label: 'Delete /var/lib/libvirt/images/database.qcow2', detail: '100 GiB', ticked: true, enabled: true },
      {
        id: '/var/lib/libvirt/images/shared-data.qcow2',
        detail: expect.stringContaining('database-standby'),
        ticked: false,
        enabled: false,
      },
    ],
  });
  expect(await lastTask('done')).toMatchObject({ id: task, command: 'fake delete database', state: { note: null } });
  expect(host.guests.has(database)).toBe(false);
  await vi.waitFor(async () => expect(call('guests.describe', { host: 'here', id: database })).rejects.toEqual(code('not-found')));
});

test('a disk that is kept, or none of the guest’s, cannot be deleted whatever the answer says', async () => {
  const { call, confirm, host, tasks } = await setUp();
  for (const path of ['/var/lib/libvirt/images/template.qcow2', '/etc/passwd']) {
    confirm.mockResolvedValueOnce({ kind: 'confirmed', ticked: [path] });
    await expect(call('guests.delete', { host: 'here', id: template })).rejects.toEqual(code('invalid-state'));
  }
  expect(host.guests.has(template)).toBe(true);
  expect(tasks).toEqual([]);
});

test.each([
  ['it was started', { state: 'running' }, windows],
  ['it was renamed', { name: 'other' }, windows],
  ['it has a saved state now', { saved: true }, windows],
] as const)('nothing is deleted when %s during the question', async (_what, change, id) => {
  const { call, confirm, host } = await setUp();
  host.update(id, { state: 'shut-off' });
  confirm.mockImplementationOnce(async () => {
    host.update(id, change);
    return { kind: 'confirmed', ticked: [] };
  });
  await expect(call('guests.delete', { host: 'here', id })).rejects.toThrow('has changed while the question was open');
  expect(host.guests.has(id)).toBe(true);
});

test.each([
  ['guests.act', { guest: { host: 'here', id: debian }, action: 'force-off' }],
  ['guests.delete', { host: 'here', id: database }],
  ['networks.act', { host: 'here', network: guestId(9000), action: 'delete' }],
  ['storage.actOnPool', { host: 'here', pool: 'default', action: 'stop', operation: randomUUID() }],
  ['networks.changeFirewall', { host: 'here', wish: 'let-through' }],
])('%s names its host, and what was agreed to for that is not done to another that took its place meanwhile', async (channel, input) => {
  const { fake, host, call, confirm } = await setUp();
  const there = fake.host('there');
  const cut = { kind: 'cut' as const, networks: [], rules: [{ family: 'IPv4' as const, bridge: 'virbr0' }] };
  for (const each of [host, there]) {
    each.firewall = cut;
    each.update(database, { state: 'shut-off' });
  }
  const picture = () =>
    structuredClone({
      guests: [...there.guests.values()].map(({ guest }) => guest.state),
      networks: there.virtualNetworks,
      pools: there.pools,
      firewall: there.firewall,
    });
  const before = picture();
  confirm.mockImplementationOnce(async () => {
    const address = { road: 'ssh', driver: 'qemu', scope: 'system', host: 'there', user: null, port: null, keyFile: { kind: 'none' } };
    await call('hosts.change', { host: 'here', wish: { name: 'This computer', autoconnect: true, readOnly: false, address } });
    await vi.waitFor(async () =>
      expect(await call('hosts.list', {})).toMatchObject([{ state: { kind: 'connected', facts: { hostname: 'there' } } }]),
    );
    return { kind: 'confirmed', ticked: [] };
  });
  await expect(call(channel, input)).rejects.toThrow();
  expect(confirm).toHaveBeenCalledOnce();
  expect(confirm.mock.lastCall?.[1].details?.[0]).toEqual({ label: 'Host', value: 'This computer (fake://here/)', exact: true });
  expect(picture()).toEqual(before);
});

test('a disk that could not be deleted is named', async () => {
  const { call, host, lastTask } = await setUp();
  host.injectFault('delete-disk', new BackendError('permission', 'It is immutable.'));
  await call('guests.delete', { host: 'here', id: windows });
  expect(await lastTask('done')).toMatchObject({ state: { note: expect.stringMatching(/windows-11\.qcow2 \(It is immutable\.\)/) } });
});

const rootFolder: Volume = { ...plainVolume('scratch', 'web', '/srv/scratch/web', 0), format: 'dir', folder: true };

test('the files of a container go only where the person ticked them, and what is left of them can be cleaned up', async () => {
  const { call, confirm, host, questions, lastTask, tasks } = await setUp();
  host.uploads.push(rootFolder);
  host.find(debian).root = rootFolder.path;
  host.find(windows).root = rootFolder.path;
  const answer = (reply: ConfirmationAnswer) =>
    confirm.mockImplementationOnce(async (_window, question) => {
      questions.push(question);
      return reply;
    });
  answer({ kind: 'cancelled' });
  await call('guests.delete', { host: 'here', id: debian });
  expect(questions.at(-1)?.choices).toContainEqual(expect.objectContaining({ id: rootFolder.path, ticked: false, enabled: false }));
  host.find(windows).root = null;
  host.injectFault('delete-disk', new BackendError('permission', 'It is immutable.'));
  answer({ kind: 'confirmed', ticked: [rootFolder.path] });
  await call('guests.delete', { host: 'here', id: debian });
  expect(questions.at(-1)?.choices).toContainEqual({
    id: rootFolder.path,
    label: 'Delete the folder /srv/scratch/web with all that is in it',
    detail: 'Size not known · All that is in it goes',
    ticked: false,
    enabled: true,
  });
  expect(await lastTask('failed')).toMatchObject({ state: { fault: { message: expect.stringContaining('It is immutable.') } } });
  expect(tasks.find(({ state }) => state.kind === 'running')).toMatchObject({ state: { cancellable: true } });
  expect(host.guests.has(debian)).toBe(false);
  const left = { kind: 'tree', pool: 'scratch', name: 'web', remnant: { kind: 'there' } };
  expect(await call('interruptions.list', {})).toMatchObject({ operations: [{ products: [left] }] });
});

const specFrom = (token: string): GuestSpec => ({
  ...guestDefaults,
  name: 'fresh',
  source: { kind: 'iso', from: { kind: 'file', token }, into: null, unattended: null },
  firmware: 'uefi',
  vcpus: 2,
  memory: 2 * GiB,
  disks: [{ kind: 'new', pool: 'default', size: 20 * GiB, format: 'qcow2' }],
  nics: [{ kind: 'network', name: 'default' }],
});

test('a guest is made once, however often its wish comes', async () => {
  const { call, host, lastTask, tasks } = await setUp();
  const { token } = Object(await call('media.choose', {}));
  const spec = specFrom(token);
  expect(await call('guests.check', { host: 'here', spec: { ...spec, name: 'debian-13' } })).toMatchObject([
    { field: 'name', severity: 'error' },
  ]);
  expect(await call('guests.check', { host: 'here', spec })).toEqual([]);
  const operation = crypto.randomUUID();
  const wish = { host: 'here', spec, operation };
  await call('guests.create', wish);
  await call('guests.create', wish);
  await expect(call('guests.create', { ...wish, spec: { ...spec, name: 'second' } })).rejects.toEqual(code('bad-input'));
  expect(await lastTask('done')).toMatchObject({ id: operation, title: 'Create “fresh”', guest: expect.stringContaining('-feed-') });
  await call('guests.create', wish);
  expect([...host.guests.values()].filter(({ guest }) => guest.name === 'fresh')).toMatchObject([{ guest: { state: 'running' } }]);
  await expect(call('guests.create', { ...wish, operation: crypto.randomUUID() })).rejects.toEqual(code('bad-token'));
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(1);
});

test.each(['make-disk', 'define', 'start'] as const)(
  'when %s fails nothing is left, and the same medium can be used again',
  async (step) => {
    const { call, host, lastTask } = await setUp();
    const before = { guests: host.guests.size, pools: structuredClone(host.pools) };
    const { token } = Object(await call('media.choose', {}));
    const spec = specFrom(token);
    host.injectFault(step, new BackendError('no-space', 'The disk is full.', { remedy: 'Make room.' }));
    await call('guests.create', { host: 'here', spec, operation: crypto.randomUUID() });
    expect(await lastTask('failed')).toMatchObject({ state: { fault: { code: 'no-space', remedy: 'Make room.' } } });
    expect({ guests: host.guests.size, pools: host.pools }).toEqual(before);
    await call('guests.create', { host: 'here', spec, operation: crypto.randomUUID() });
    await lastTask('done');
    expect(host.guests.size).toBe(before.guests + 1);
  },
);

test('a creation that is cancelled leaves nothing', async () => {
  const { call, host, lastTask } = await setUp();
  const before = host.guests.size;
  const { token } = Object(await call('media.choose', {}));
  const spec = specFrom(token);
  const operation = crypto.randomUUID();
  await call('guests.create', { host: 'here', spec, operation });
  await call('tasks.cancel', { task: operation });
  await lastTask('cancelled');
  expect(host.guests.size).toBe(before);
});

test("a token is its window's own", async () => {
  const { call } = await setUp();
  const { token } = Object(await call('media.choose', {}));
  const spec = specFrom(token);
  await expect(call('guests.check', { host: 'here', spec }, { window: 2, role: 'app' })).rejects.toEqual(code('bad-token'));
});

test('settings are written and told; what was not sent is not touched', async () => {
  const { call, changedSettings } = await setUp();
  expect(await call('settings.write', { theme: 'dark', sidebarWidth: undefined })).toEqual({ ...settings, theme: 'dark' });
  expect(changedSettings).toHaveBeenCalledWith({ ...settings, theme: 'dark' });
  await expect(call('settings.write', { confirmDelete: false })).rejects.toEqual(code('bad-input'));
  expect(await call('settings.read', {})).toEqual(settings);
});

test('a confirmation window can do nothing but answer', async () => {
  const { call } = await setUp();
  const asking: Caller = { window: 9, role: 'confirmation' };
  await expect(call('guests.delete', { host: 'here', id: debian }, asking)).rejects.toEqual(code('bad-role'));
  await expect(call('confirmation.answer', { kind: 'cancelled' }, app)).rejects.toEqual(code('bad-role'));
  await call('confirmation.answer', { kind: 'cancelled' }, asking);
});

test('a title of a window is one short line, whatever guests are called', async () => {
  const { guesthouse, host } = await setUp();
  const ref = { host: 'here', id: debian };
  expect(guesthouse.titleOf(ref)).toBe('debian-13 on This computer');
  host.update(debian, { name: `a\n\u202eb${'x'.repeat(300)}` });
  await vi.waitFor(() => expect(guesthouse.titleOf(ref)).toMatch(/^a\ufffd\ufffdbx{75}… on This computer$/));
  expect(guesthouse.titleOf({ host: 'gone', id: debian })).toBe('A guest on gone');
});

test('a console window does what its calls are for, to its own guests', async () => {
  const { call } = await setUp();
  const own = { host: 'here', id: debian };
  await call('windows.open', { guest: own, into: 'window' });
  const [place] = ConsolePlace.array().parse(await call('windows.consoles', {}));
  const beside: Caller = { window: 1000 + (place?.id ?? 0), role: 'console' };
  const wish = { console: 'serial0', force: false, ticket: randomUUID() };
  await call('consoles.open', { guest: own, ...wish }, beside);
  await call('guests.act', { guest: own, action: 'pause' }, beside);
  const other = { host: 'here', id: guestId(1) };
  for (const [channel, input] of [
    ['consoles.open', { guest: other, ...wish }],
    ['guests.act', { guest: other, action: 'force-off' }],
    ['consoles.saveText', { guest: other, text: 'x' }],
    ['consoles.savePicture', { guest: other, png: new Uint8Array(8) }],
    ['consoles.openInViewer', { guest: other, console: 'vnc0' }],
    ['consoles.choices', { guest: other }],
    ['consoles.choose', { guest: other, choices: usualChoices }],
    ['clipboard.ways', { guest: other }],
    ['clipboard.allow', { guest: other, ways: { toGuest: true, fromGuest: true } }],
    ['clipboard.toGuest', { guest: other }],
    ['clipboard.fromGuest', { guest: other, text: 'x' }],
    ['clipboard.channel', { guest: other, console: 'vnc-0' }],
    ['clipboard.addChannel', { guest: other, console: 'vnc-0' }],
    ['usb.offer', { guest: other }],
    ['usb.attach', { guest: other, device: 'usb_1_1' }],
    ['usb.detach', { guest: other, device: 'usb_1_1' }],
    ['usb.remember', { guest: other, device: 'usb_1_1' }],
    ['usb.forget', { guest: other, identity: { vendor: '1050', product: '0407', serial: null } }],
    ['usb.addSockets', { guest: other }],
    ['guests.describe', other],
    ['windows.open', { guest: other, into: 'tab' }],
    ['windows.open', { guest: other, into: 'window' }],
    ['settings.write', { theme: 'dark' }],
    ['settings.write', { manualConsoles: [] }],
    ['settings.write', { keyboard: defaultKeyboard, sidebarOpen: false }],
    ['guests.delete', own],
    ['guests.create', {}],
    ['guests.saveScreenshot', own],
    ['storage.upload', {}],
    ['storage.pools', { host: 'here' }],
    ['hosts.remove', { host: 'here' }],
  ] as const) {
    await expect(call(channel, input, beside)).rejects.toEqual(code('bad-role'));
  }
  await call('windows.open', { guest: other, into: 'window' });
  const places = ConsolePlace.array().parse(await call('windows.consoles', {}));
  expect(places).toMatchObject([place, { guests: [other] }]);
  await call('windows.bringBack', { guest: other, show: true }, beside);
  expect(await call('windows.consoles', {})).toEqual(places);
  await call('guests.describe', own, beside);
  await call('settings.write', { keyboard: { ...defaultKeyboard, releaseKeys: 'right-ctrl' } }, beside);
  await expect(call('windows.open', { guest: { host: 'here', id: randomUUID() }, into: 'window' })).rejects.toEqual(code('not-found'));
});

test('a console window is told of its own guests and their hosts, and of no other window', async () => {
  const { call } = await setUp();
  const own = { host: 'here', id: debian };
  await call('windows.open', { guest: own, into: 'window' });
  await call('windows.open', { guest: { host: 'here', id: guestId(1) }, into: 'window' });
  const [place, other] = ConsolePlace.array().parse(await call('windows.consoles', {}));
  const beside: Caller = { window: 1000 + (place?.id ?? 0), role: 'console' };
  expect(await call('guests.list', { host: 'here' }, beside)).toMatchObject({ guests: [{ id: debian }] });
  expect(await call('hosts.list', {}, beside)).toMatchObject([{ id: 'here' }]);
  expect(await call('windows.consoles', {}, beside)).toEqual([place]);
  await call('windows.bringBack', { guest: own, show: false });
  expect(await call('guests.list', { host: 'here' }, beside)).toMatchObject({ guests: [] });
  expect(await call('hosts.list', {}, beside)).toEqual([]);
  expect(await call('windows.consoles', {})).toEqual([other]);
});

test('how a guest’s screens were chosen to be is what the next window is told, and each window hears of it', async () => {
  const { call, changedChoices } = await setUp();
  const guest = { host: 'here', id: debian };
  expect(await call('consoles.choices', { guest })).toEqual(usualChoices);
  const choices = { ...usualChoices, scale: 150, viewOnly: true, layout: 'de-nodeadkeys' };
  await call('consoles.choose', { guest, choices });
  expect(changedChoices).toHaveBeenCalledExactlyOnceWith({ guest, choices });
  await call('windows.open', { guest, into: 'window' });
  const [place] = ConsolePlace.array().parse(await call('windows.consoles', {}));
  expect(await call('consoles.choices', { guest }, { window: 1000 + (place?.id ?? 0), role: 'console' })).toEqual(choices);
  expect(await call('consoles.choices', { guest: { host: 'here', id: guestId(1) } })).toEqual(usualChoices);
  await expect(call('consoles.choose', { guest: { host: 'here', id: randomUUID() }, choices })).rejects.toEqual(code('not-found'));
  await expect(call('consoles.choose', { guest, choices: { ...choices, scale: 1e9 } })).rejects.toEqual(code('bad-input'));
});

test('what was chosen for a guest’s consoles is forgotten when it is deleted', async () => {
  const { call, tasks } = await setUp();
  const guest = { host: 'here', id: template };
  await call('consoles.choose', { guest, choices: { ...usualChoices, scale: 150 } });
  await call('guests.delete', guest);
  await vi.waitFor(() => expect(tasks.at(-1)).toMatchObject({ state: { kind: 'done' } }));
  await vi.waitFor(async () => expect(await call('consoles.choices', { guest })).toEqual(usualChoices));
});

test('what was allowed for a guest’s consoles is forgotten with its host', async () => {
  const { call } = await setUp();
  const guest = { host: 'here', id: debian };
  expect(await call('clipboard.allow', { guest, ways: { toGuest: true, fromGuest: false } })).toEqual({ toGuest: true, fromGuest: false });
  await call('usb.remember', { guest, device: 'usb_1_3' });
  expect(await call('usb.offer', { guest })).toMatchObject({ devices: [{}, {}, { always: true }, {}], sockets: { kind: 'present' } });
  await call('hosts.remove', { host: 'here' });
  await vi.waitFor(async () => expect(await call('clipboard.ways', { guest })).toEqual({ toGuest: false, fromGuest: false }));
  await expect(call('clipboard.fromGuest', { guest, text: 'x'.repeat(2 ** 20) })).rejects.toEqual(code('too-large'));
});
