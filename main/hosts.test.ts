import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi, type MockInstance } from 'vitest';
import { defaultKeyboard } from '#contract/keyboard';
import type { Caller } from '#contract/define';
import type { Settings } from '#contract/settings';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { Host, type SavedHost } from '#model/host';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { fakeFiles } from '../backends/fake/fake-files.ts';
import { FakeClipboard } from '../backends/fake/fake-clipboard.ts';
import { fakeKept } from '../backends/fake/fake-kept.ts';
import { FakeSources } from '../backends/fake/fake-sources.ts';
import { fakeConsoleWindows, noExternalViewers, noViewer } from '../test/fakes/fake-console-windows.ts';
import { fakeDefinitionShelf } from '../test/fakes/fake-definition-shelf.ts';
import { fakeSchemas } from '../test/fakes/fake-schemas.ts';
import { fakeShelf, noFiles } from '../test/fakes/fake-shelf.ts';
import type { GuestConsoleSettings } from './console-settings.ts';
import { createGuesthouse } from './guesthouse.ts';
import type { Guesthouse } from './guesthouse.ts';
import { hostsMax } from './host-editor.ts';

// Hosts as a window adds, tries, changes and removes them. Numbers are those of the hostile inputs in the security bar.

const app: Caller = { window: 1, role: 'app' };
const settings: Settings = { theme: 'system', sidebarWidth: 240, sidebarOpen: true, manualConsoles: [], keyboard: defaultKeyboard };
const local: SavedHost = {
  id: 'local',
  name: 'This computer',
  uri: 'qemu:///system',
  address: { road: 'local', driver: 'qemu', scope: 'system' },
  autoconnect: true,
  readOnly: false,
};
const code = (found: string) => expect.objectContaining({ code: found });
const wish = (address: object, name = 'Shelf', autoconnect = true) => ({ name, autoconnect, readOnly: false, address });
const ssh = (host: string, keyFile: object = { kind: 'none' }) => ({
  road: 'ssh',
  driver: 'qemu',
  scope: 'system',
  host,
  user: null,
  port: null,
  keyFile,
});
const tcp = (host: string) => ({ road: 'tcp', driver: 'qemu', host, port: null });
const typed = (uri: string) => ({ road: 'uri', uri });
const no: ConfirmationAnswer = { kind: 'cancelled' };
const yes: ConfirmationAnswer = { kind: 'confirmed', ticked: [] };
const typing = (values: Record<string, string>): ConfirmationAnswer => ({ kind: 'confirmed', ticked: [], values });

/** How the connection ended that was made last. */
async function endOfLast(connect: MockInstance<FakeBackend['connect']>): Promise<Error | null> {
  const last = connect.mock.settledResults.at(-1);
  if (last?.type !== 'fulfilled') throw new Error('nothing was connected');
  return last.value.closed;
}

let open: Guesthouse | undefined;
afterEach(async () => open?.close());

function setUp(hosts: readonly SavedHost[] = [local]) {
  const fake = new FakeBackend({ delay: 1, guests: 1 });
  const connect = vi.spyOn(fake, 'connect');
  const saveHosts = vi.fn<(hosts: readonly SavedHost[]) => Promise<void>>(async () => {});
  const confirm = vi.fn<(window: number, question: Confirmation, signal: AbortSignal) => Promise<ConfirmationAnswer>>(async () => no);
  /** All that reaches a window, or the log. */
  const told: unknown[] = [];
  const tell = (what: unknown): void => void told.push(what);
  const log = vi.fn<(line: string) => void>(tell);
  const removed = vi.fn<(what: { host: string }) => void>(tell);
  const guesthouse = createGuesthouse(
    {
      backends: [fake],
      hosts,
      saveHosts,
      publish: {
        hosts: { changed: tell, removed, loaded: tell, stale: tell },
        guests: { changed: tell, relisted: tell, sampled: tell, noticed: tell },
        hardware: {},
        inspection: {},
        startOrder: {},
        definitions: {},
        storage: {},
        networks: {},
        inventory: {},
        consoles: { chosen: tell },
        clipboard: { changed: () => {} },
        usb: {},
        media: {},
        keyboard: { released: () => undefined },
        tasks: { changed: tell },
        interruptions: { changed: tell },
        settings: { changed: tell },
        windows: { consolesChanged: tell, fullScreenChanged: tell },
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
      chooseFile: async () => null,
      chooseLoginFile: async (_window, what) => ({ path: what === 'ssh-key' ? '/home/ada/.ssh/work' : '/home/ada/pki' }),
      files: fakeFiles(() => null),
      media: new FakeSources(),
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
    told.push(reply);
    if (!reply.ok) throw new BackendError(reply.fault.code, reply.fault.message, reply.fault);
    return reply.value;
  };
  const add = async (input: object): Promise<Host> => {
    const host = Host.parse(await call('hosts.add', input));
    await call('hosts.connect', { host: host.id });
    return host;
  };
  const host = async (id: string): Promise<Host> => {
    const found = Host.array()
      .parse(await call('hosts.list', {}))
      .find((one) => one.id === id);
    if (found === undefined) throw new Error(`no host ${id}`);
    return found;
  };
  const becomes = async (id: string, state: object) => vi.waitFor(async () => expect((await host(id)).state).toMatchObject(state));
  return { guesthouse, fake, connect, call, add, host, becomes, confirm, saveHosts, removed, told, log };
}

test('a host is added, connected, kept and told; a second of the same address is refused by the name of the first', async () => {
  const { add, call, becomes, saveHosts } = setUp();
  const added = await add(wish(ssh('shelf'), '  The shelf '));
  expect(added).toMatchObject({ name: 'The shelf', uri: 'qemu+ssh://shelf/system', state: { kind: 'disconnected' } });
  expect(saveHosts).toHaveBeenLastCalledWith([
    local,
    expect.objectContaining({ id: added.id, address: { ...ssh('shelf'), keyFile: null } }),
  ]);
  await becomes(added.id, { kind: 'connected', facts: { hostname: 'shelf' } });
  expect(await call('hosts.list', {})).toMatchObject([{ id: 'local' }, { id: added.id }]);
  await expect(call('hosts.add', wish(ssh('SHELF'), 'Again'))).rejects.toThrow('“The shelf” has this address already.');
  await expect(call('hosts.add', wish(typed('qemu+unix:///system')))).rejects.toEqual(code('exists'));
});

test('what could not be kept is not there', async () => {
  const { call, saveHosts, connect } = setUp();
  saveHosts.mockRejectedValue(new BackendError('no-space', 'The hosts could not be saved.'));
  await expect(call('hosts.add', wish(ssh('shelf')))).rejects.toEqual(code('no-space'));
  await expect(call('hosts.change', { host: 'local', wish: wish({ road: 'local', driver: 'qemu', scope: 'session' }) })).rejects.toEqual(
    code('no-space'),
  );
  expect(await call('hosts.list', {})).toMatchObject([{ id: 'local', uri: 'qemu:///system' }]);
  expect(connect.mock.calls.map(([uri]) => uri)).toEqual(['qemu:///system']);
});

test('hosts added at once are all there, in the order in which they came; there is an end to them', async () => {
  const { call, saveHosts } = setUp();
  saveHosts.mockImplementation(() => new Promise((resolve) => setTimeout(resolve, 5)));
  await Promise.all(['a', 'b', 'c'].map((name) => call('hosts.add', wish(ssh(name), name))));
  expect(saveHosts.mock.lastCall?.[0].map(({ name }) => name)).toEqual(['This computer', 'a', 'b', 'c']);
  const twice = await Promise.allSettled([call('hosts.add', wish(ssh('d'))), call('hosts.add', wish(ssh('d')))]);
  expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await open?.close();
  const many = Array.from({ length: hostsMax }, (_, i): SavedHost => ({ ...local, id: `h${i}`, uri: `fake://h${i}/`, autoconnect: false }));
  const full = setUp(many);
  await expect(full.call('hosts.add', wish(ssh('one-more')))).rejects.toEqual(code('too-large'));
  expect(full.connect).not.toHaveBeenCalled();
});

test('only hosts that are wanted at start are connected then', async () => {
  const { becomes, host } = setUp([local, { ...local, id: 'later', uri: 'fake://later/', autoconnect: false }]);
  await becomes('local', { kind: 'connected' });
  expect((await host('later')).state).toEqual({ kind: 'disconnected' });
});

test('another name keeps the connection; another address ends it and begins one', async () => {
  const { call, becomes, connect, saveHosts, add } = setUp();
  const { id } = await add(wish(ssh('shelf')));
  await becomes(id, { kind: 'connected' });
  const attempts = connect.mock.calls.length;
  expect(await call('hosts.change', { host: id, wish: wish(ssh('shelf'), 'Renamed', false) })).toMatchObject({
    name: 'Renamed',
    autoconnect: false,
    readOnly: false,
    state: { kind: 'connected' },
  });
  expect(connect).toHaveBeenCalledTimes(attempts);
  await call('hosts.change', { host: id, wish: wish(ssh('other')) });
  await becomes(id, { kind: 'connected', facts: { hostname: 'other' } });
  expect(saveHosts.mock.lastCall?.[0]).toMatchObject([{ id: 'local' }, { id, uri: 'qemu+ssh://other/system' }]);
  await expect(call('hosts.change', { host: 'nowhere', wish: wish(ssh('x')) })).rejects.toEqual(code('not-found'));
  await expect(call('hosts.change', { host: id, wish: wish({ road: 'local', driver: 'qemu', scope: 'system' }) })).rejects.toEqual(
    code('exists'),
  );
});

test('to only look is another connection, over which nothing is changed', async () => {
  const { call, becomes, connect, add } = setUp();
  const { id } = await add({ ...wish(ssh('shelf')), readOnly: true });
  await becomes(id, { kind: 'connected', abilities: { change: false } });
  expect(connect).toHaveBeenLastCalledWith('qemu+ssh://shelf/system', expect.objectContaining({ readOnly: true }));
  const { guests } = Object(await call('guests.list', { host: id }));
  const guest = { host: id, id: guests[0].id };
  await expect(call('guests.act', { guest, action: 'start' })).rejects.toEqual(code('permission'));
  await expect(call('guests.delete', guest)).rejects.toEqual(code('permission'));
  await expect(call('guests.offer', { host: id })).rejects.toEqual(code('permission'));
  await expect(call('storage.download', { host: id, volume: { pool: 'default', name: 'x' } })).rejects.toEqual(code('permission'));
  await expect(call('storage.provideDefaultPool', { host: id })).rejects.toEqual(code('permission'));

  await call('hosts.change', { host: id, wish: wish(ssh('shelf')) });
  await becomes(id, { kind: 'connected', abilities: { change: true } });
  await call('hosts.test', { host: id, address: ssh('shelf'), readOnly: true });
  expect(connect).toHaveBeenLastCalledWith('qemu+ssh://shelf/system', expect.objectContaining({ readOnly: true }));
});

test('a host is removed when the person agrees: its connection ends, and windows are told', async () => {
  const { call, add, becomes, confirm, removed, saveHosts, connect } = setUp();
  const { id } = await add(wish(ssh('shelf')));
  await becomes(id, { kind: 'connected' });
  await call('guests.watch', { watches: [{ kind: 'list', host: id }] });
  await expect(call('hosts.remove', { host: id })).rejects.toEqual(code('cancelled'));
  await becomes(id, { kind: 'connected' });
  confirm.mockResolvedValueOnce(yes);
  await call('hosts.remove', { host: id });
  expect(confirm.mock.lastCall?.[1]).toMatchObject({ title: 'Remove “Shelf”?', danger: true });
  expect(removed).toHaveBeenCalledWith({ host: id });
  expect(await endOfLast(connect)).toBeNull();
  expect(saveHosts).toHaveBeenLastCalledWith([local]);
  for (const channel of ['hosts.remove', 'hosts.connect', 'hosts.disconnect', 'guests.list']) {
    await expect(call(channel, { host: id })).rejects.toEqual(code('not-found'));
  }
  // Its id is not given to another one.
  expect((await add(wish(ssh('shelf')))).id).not.toBe(id);
});

test('a host that is removed while it connects leaves nothing open', async () => {
  const { call, add, fake, confirm, connect } = setUp([]);
  fake.setManners('shelf', { asks: [{ kind: 'secret', what: 'password', prompt: '' }] });
  confirm.mockImplementation((_window, { title }, signal) =>
    title.startsWith('Remove')
      ? Promise.resolve(yes)
      : new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(no));
        }),
  );
  const { id } = await add(wish(ssh('shelf')));
  await vi.waitFor(() => expect(confirm).toHaveBeenCalled());
  // The host's question is open, so that of the removal would be a second one.
  await expect(call('hosts.remove', { host: id })).rejects.toEqual(code('busy'));
  await call('hosts.disconnect', { host: id });
  await call('hosts.connect', { host: id });
  fake.setManners('shelf', 'silent');
  await call('hosts.disconnect', { host: id });
  await call('hosts.connect', { host: id });
  await call('hosts.remove', { host: id });
  const ends = await Promise.allSettled(connect.mock.results.map(({ value }) => value));
  expect(ends.map(({ status }) => status)).not.toContain('fulfilled');
});

test('a trial connects, tells what is there, lets go, and keeps nothing', async () => {
  const { call, connect, saveHosts } = setUp([]);
  const result = await call('hosts.test', { host: null, address: ssh('shelf'), readOnly: false });
  expect(result).toMatchObject({ kind: 'reached', facts: { hostname: 'shelf' } });
  expect(await endOfLast(connect)).toBeNull();
  expect(await call('hosts.list', {})).toEqual([]);
  expect(saveHosts).not.toHaveBeenCalled();
});

test('a trial that fails says why; one at a time for each window, until it is stopped', async () => {
  const { call, fake, guesthouse } = setUp([]);
  fake.setManners('shelf', new BackendError('unreachable', 'No way.', { remedy: 'Plug it in.' }));
  const trial = { host: null, address: ssh('shelf'), readOnly: false };
  expect(await call('hosts.test', trial)).toMatchObject({ kind: 'failed', fault: { code: 'unreachable', remedy: 'Plug it in.' } });
  fake.setManners('shelf', 'silent');
  const silent = call('hosts.test', trial);
  await expect(call('hosts.test', trial)).rejects.toEqual(code('busy'));
  const other = call('hosts.test', trial, { window: 2, role: 'app' });
  await call('hosts.stopTest', {});
  expect(await silent).toMatchObject({ kind: 'failed', fault: { code: 'cancelled' } });
  guesthouse.windowClosed(2);
  expect(await other).toMatchObject({ kind: 'failed', fault: { code: 'cancelled' } });
  expect(await call('hosts.test', { host: null, address: typed('test:///etc/passwd'), readOnly: false })).toMatchObject({
    fault: { code: 'bad-uri' },
  });
});

test('what a host asks is asked in the window that wanted it, under its name, one question after the other', async () => {
  const { call, fake, confirm, add, becomes } = setUp([]);
  const key = { kind: 'host-key', host: 'shelf', keyType: 'ED25519', fingerprint: 'SHA256:abc' } as const;
  fake.setManners('shelf', { asks: [key, { kind: 'secret', what: 'password', prompt: 'Password:' }], password: 'right' });
  fake.setManners('rack', { asks: [{ kind: 'credentials', name: 'ada', realm: null }], password: 'right' });
  let openNow = 0;
  let mostOpen = 0;
  confirm.mockImplementation(async (_window, { inputs }) => {
    openNow += 1;
    mostOpen = Math.max(mostOpen, openNow);
    await new Promise((resolve) => setTimeout(resolve, 5));
    openNow -= 1;
    return typing(Object.fromEntries((inputs ?? []).map(({ id, value }) => [id, value || 'right'])));
  });
  const [shelf, rack] = await Promise.all([add(wish(ssh('shelf'), 'The shelf')), add(wish(ssh('rack'), 'The rack'))]);
  await becomes(shelf.id, { kind: 'connected' });
  await becomes(rack.id, { kind: 'connected' });
  expect(mostOpen).toBe(1);
  expect(new Set(confirm.mock.calls.map(([window, { title }]) => `${window}: ${title}`))).toEqual(
    new Set(['1: Is this “The shelf”?', '1: Log in to “The rack”', '1: Log in to “The shelf”']),
  );
  expect(confirm).toHaveBeenCalledTimes(3);
  confirm.mockResolvedValue(typing({ secret: 'wrong' }));
  expect(await call('hosts.test', { host: null, address: { ...ssh('shelf'), user: 'bo' }, readOnly: false })).toMatchObject({
    fault: { code: 'auth-failed' },
  });
  confirm.mockResolvedValue(no);
  await call('hosts.disconnect', { host: shelf.id });
  await call('hosts.connect', { host: shelf.id });
  await becomes(shelf.id, { kind: 'failed', fault: { code: 'auth-cancelled' }, retryAt: null });
});

test('a question that comes again says so', async () => {
  const { fake, confirm, add, becomes } = setUp([]);
  const password = { kind: 'secret', what: 'password', prompt: 'Password:' } as const;
  fake.setManners('shelf', { asks: [password, { ...password, again: true }] });
  confirm.mockResolvedValue(typing({ secret: 'x' }));
  const { id } = await add(wish(ssh('shelf')));
  await becomes(id, { kind: 'connected' });
  expect(confirm.mock.calls.map(([, { message }]) => message)).toEqual([
    ['“Password:”'],
    ['What was typed before was not accepted.', '“Password:”'],
  ]);
});

test('a name that a window chose does not hide where an answer goes', async () => {
  const { fake, confirm, add } = setUp([]);
  fake.setManners('trap.example', { asks: [{ kind: 'secret', what: 'password', prompt: 'Password:' }] });
  await add(wish(ssh('trap.example'), `bank”\n\u202e your root password: “${'x'.repeat(200)}`));
  await vi.waitFor(() => expect(confirm).toHaveBeenCalled());
  const shown = confirm.mock.calls[0]?.[1];
  expect(shown?.details).toEqual([{ label: 'Address', value: 'trap.example', exact: false }]);
  expect(shown?.title).toMatch(/^Log in to “bank"[^“”\p{Cc}\p{Cf}]{1,60}…”$/u);
});

test('a notice goes away when it has done its work', async () => {
  const { fake, confirm, add, becomes } = setUp([]);
  fake.setManners('shelf', { asks: [{ kind: 'notice', prompt: 'Touch your key\nnow' }], patience: 20 });
  const withdrawn = vi.fn();
  confirm.mockImplementation(
    (_window, _question, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          withdrawn();
          resolve(no);
        });
      }),
  );
  const { id } = await add(wish(ssh('shelf')));
  await becomes(id, { kind: 'connected' });
  expect(confirm.mock.calls[0]?.[1]).toMatchObject({ message: ['“Touch your key”', '“now”'], confirm: null });
  expect(withdrawn).toHaveBeenCalledTimes(1);
});

test('S3: what was typed is nowhere but with the host', async () => {
  const { fake, confirm, add, becomes, told, call, saveHosts } = setUp([]);
  const canary = 'canary-4f1c';
  const asks = [
    { kind: 'secret', what: 'passphrase', prompt: 'Passphrase:' },
    { kind: 'credentials', name: '', realm: 'shelf' },
  ] as const;
  fake.setManners('shelf', { asks, password: canary });
  confirm.mockResolvedValue(typing({ secret: canary, name: canary }));
  const { id } = await add(wish(ssh('shelf')));
  await becomes(id, { kind: 'connected' });
  fake.setManners('shelf', { asks, password: 'another' });
  await call('hosts.disconnect', { host: id });
  await call('hosts.connect', { host: id });
  await becomes(id, { kind: 'failed', fault: { code: 'auth-failed' } });
  await call('hosts.test', { host: id, address: ssh('shelf'), readOnly: false });
  expect(confirm.mock.calls.length).toBeGreaterThan(3);
  const everything = JSON.stringify([told, confirm.mock.calls.map(([, question]) => question), saveHosts.mock.calls]);
  expect(everything).toContain('Passphrase of the key');
  expect(everything).not.toContain(canary);
});

test('25, 26: what is not safe by itself is agreed to once, in main’s own window', async () => {
  const { call, confirm, connect, add } = setUp([]);
  const risky = typed('qemu+ssh://shelf/system?netcat=/usr/bin/nc');
  await expect(call('hosts.add', wish(risky))).rejects.toEqual(code('cancelled'));
  await expect(call('hosts.add', wish(tcp('shelf')))).rejects.toEqual(code('cancelled'));
  expect(await call('hosts.test', { host: null, address: tcp('shelf'), readOnly: false })).toMatchObject({ fault: { code: 'cancelled' } });
  expect(connect).not.toHaveBeenCalled();
  expect(confirm.mock.calls[0]?.[1]).toMatchObject({
    danger: true,
    details: [{ value: 'qemu+ssh://shelf/system?netcat=/usr/bin/nc' }, { label: 'netcat=/usr/bin/nc' }],
  });
  confirm.mockClear();
  confirm.mockResolvedValueOnce(yes);
  expect(await call('hosts.test', { host: null, address: tcp('shelf'), readOnly: false })).toMatchObject({ kind: 'reached' });
  const { id } = await add(wish(tcp('shelf')));
  await call('hosts.change', { host: id, wish: wish(tcp('shelf'), 'Renamed') });
  expect(confirm).toHaveBeenCalledTimes(1);
});

test.each([
  ['20', 'bad-token', ssh('shelf', { kind: 'chosen', token: '/etc/shadow' })],
  ['20', 'bad-token', ssh('shelf', { kind: 'chosen', path: '/etc/shadow' })],
  ['20', 'bad-token', { ...ssh('shelf'), keyFile: '/etc/shadow' }],
  ['21', 'bad-token', ssh('shelf', { kind: 'chosen', token: randomUUID() })],
  ['23', 'bad-uri', typed('qemu+ext:///system?command=touch%20/tmp/guesthouse-was-here')],
  ['24', 'bad-uri', ssh('-oProxyCommand=touch')],
  ['24', 'bad-uri', { ...ssh('shelf'), user: '-l' }],
  ['24', 'bad-uri', ssh('she lf')],
  ['24', 'bad-uri', ssh('shelf\n')],
  ['24', 'bad-uri', ssh('shelf%0a')],
  ['26', 'insecure', typed('qemu://shelf/system?no_verify=1')],
  ['26', 'insecure', typed('qemu+ssh://shelf/system?known_hosts_verify=ignore')],
  ['26', 'insecure', typed('qemu+tcp://shelf/system')],
  ['27', 'bad-uri', typed('test:///etc/passwd')],
  ['28', 'bad-uri', typed('qemu+ssh://ada:canary@shelf/system')],
  ['28', 'bad-uri', typed(`qemu+ssh://shelf/${'x'.repeat(300_000)}`)],
  ['28', 'bad-uri', ssh('fe80::1%eth0')],
])('%s: %s, and nothing is asked, saved or connected: %j', async (_number, refusal, address) => {
  const { call, connect, confirm, saveHosts, told } = setUp([]);
  await expect(call('hosts.add', wish(address))).rejects.toEqual(code(refusal));
  const trial = await call('hosts.test', { host: null, address, readOnly: false }).catch(({ code: fault }: BackendError) => ({
    fault: { code: fault },
  }));
  expect(trial).toMatchObject({ fault: { code: refusal } });
  for (const untouched of [connect, confirm, saveHosts]) expect(untouched).not.toHaveBeenCalled();
  expect(JSON.stringify(told)).not.toContain('canary');
});

test('21: a key that was chosen is good for its window and for one host', async () => {
  const { call, add } = setUp([]);
  const { token, name } = Object(await call('hosts.chooseFile', { what: 'ssh-key' }));
  expect(name).toBe('work');
  const key = { kind: 'chosen', token };
  await expect(call('hosts.add', wish(ssh('shelf', key)), { window: 2, role: 'app' })).rejects.toEqual(code('bad-token'));
  expect(await call('hosts.test', { host: null, address: ssh('shelf', key), readOnly: false })).toMatchObject({ kind: 'reached' });
  const { id, address } = await add(wish(ssh('shelf', key)));
  expect(address).toMatchObject({ keyFile: '/home/ada/.ssh/work' });
  await expect(call('hosts.add', wish(ssh('rack', key)))).rejects.toEqual(code('bad-token'));
  expect(await call('hosts.change', { host: id, wish: wish(ssh('rack', { kind: 'kept' })) })).toMatchObject({
    address: { host: 'rack', keyFile: '/home/ada/.ssh/work' },
  });
});

test('45: only hosts that were added can be named', async () => {
  const { call } = setUp();
  for (const host of ['qemu+ssh://elsewhere/system', 'LOCAL', '', 7]) {
    await expect(call('hosts.connect', { host })).rejects.toEqual(code('bad-input'));
  }
  await expect(call('hosts.connect', { host: 'elsewhere' })).rejects.toEqual(code('not-found'));
});
