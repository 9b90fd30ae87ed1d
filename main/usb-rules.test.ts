import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { UsbOffer } from '#contract/usb';
import type { ConfirmationAnswer } from '#model/confirmation';
import type { GuestNotice } from '#model/guest';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { fakeKept } from '../backends/fake/fake-kept.ts';
import { guestId } from '../backends/fake/seed.ts';
import { ConsoleSettings, type GuestConsoleSettings } from './console-settings.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { UsbGiver } from './usb-giver.ts';
import { UsbRules, withUsbRules } from './usb-rules.ts';
import { unheard } from '../test/fakes/unheard.ts';

const debian = { host: 'here', id: guestId(0) };
const fedora = { host: 'here', id: guestId(1) };
const template = { host: 'here', id: guestId(3) };
/** Two keys of a kind, by their serial numbers; a webcam that has none; the keyboard of this computer. */
const [keyA, keyB, webcam, keyboard] = ['usb_1_1', 'usb_1_2', 'usb_1_3', 'usb_1_4'] as const;

vi.setConfig({ testTimeout: 60_000 });

let registry: Registry | undefined;
afterEach(() => registry?.close());

async function setUp() {
  const fake = new FakeBackend({ delay: 1 });
  const notices: GuestNotice[] = [];
  const log = vi.fn<(line: string) => void>();
  const publish = {
    ...unheard,
    guests: { ...unheard.guests, noticed: ({ notice }: { notice: GuestNotice }) => void notices.push(notice) },
  };
  const settings = new ConsoleSettings(fakeKept<readonly GuestConsoleSettings[]>([]));
  const own = new Registry({
    backends: [fake],
    hosts: [
      { id: 'here', name: 'Here', uri: 'fake://here/', address: { road: 'uri', uri: 'fake://here/' }, autoconnect: true, readOnly: false },
    ],
    publish: withUsbRules(publish, () => rules),
    log,
    random: () => 0,
  });
  const rules = new UsbRules({ registry: own, settings, publish, log });
  registry = own;
  own.connectAll();
  await vi.waitFor(() => own.connection('here'), { timeout: 20_000 });
  const asked: string[] = [];
  const answers: ConfirmationAnswer[] = [];
  const questions = new Questions(async (_window, { title }) => {
    asked.push(title);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const all = new UsbGiver(own, settings, rules, questions);
  const giver = {
    offer: all.offer.bind(all),
    attach: all.attach.bind(all, 1),
    detach: all.detach.bind(all),
    remember: all.remember.bind(all, 1),
    forget: all.forget.bind(all),
  };
  const host = fake.host('here');
  const plug = {
    out: (id: string) => {
      const device = host.usb.unplug(id);
      host.stale('devices');
      if (device === null) throw new Error(`${id} is not plugged in`);
      return device;
    },
    in: (device: Parameters<typeof host.usb.plugIn>[0]) => {
      host.usb.plugIn(device);
      host.stale('devices');
    },
  };
  const has = async (id: string, guest: { id: string } | null) =>
    vi.waitFor(() => expect(host.usb.userOf(id)).toBe(guest === null ? null : guest.id), { timeout: 10_000 });
  /** Long enough for a turn of the rules that would give something. */
  const settle = async () => new Promise((resolve) => setTimeout(resolve, 150));
  return { fake, host, giver, plug, has, settle, notices, log, asked, answers };
}

const find = ({ devices }: UsbOffer, id: string) => devices.find((device) => device.id === id);

test('a device that is always given is given at once, and after each replugging, also in another socket', async () => {
  const { giver, plug, has, notices, log } = await setUp();
  await giver.remember(debian, keyA);
  await has(keyA, debian);
  expect(notices).toEqual([{ id: debian.id, name: 'debian-13', severity: 'info', message: 'has Yubico YubiKey now, as always' }]);
  const key = plug.out(keyA);
  expect((await giver.offer(debian)).awaited).toMatchObject([{ name: 'Yubico YubiKey', identity: { serial: '0012345678' } }]);
  plug.in({ ...key, id: 'usb_2_7' });
  await has('usb_2_7', debian);
  // The other one of its kind was never meant.
  await has(keyB, null);
  expect(find(await giver.offer(debian), 'usb_2_7')).toMatchObject({ always: true, user: { name: 'debian-13' } });
  expect(log).not.toHaveBeenCalled();
});

test('it is given when the guest starts', async () => {
  const { giver, host, has, settle } = await setUp();
  await giver.remember(template, webcam);
  await settle();
  await has(webcam, null);
  host.update(template.id, { state: 'running' });
  await has(webcam, template);
  host.update(template.id, { state: 'shut-off' });
  await has(webcam, null);
  // Changes of one guest that come at once are told as one.
  await settle();
  host.update(template.id, { state: 'running' });
  await has(webcam, template);
});

test('what the person took away stays away until it is plugged in again', async () => {
  const { giver, host, plug, has, settle } = await setUp();
  await giver.remember(debian, webcam);
  await has(webcam, debian);
  await giver.detach(debian, webcam);
  host.stale('devices');
  await settle();
  await has(webcam, null);
  plug.in(plug.out(webcam));
  await has(webcam, debian);
});

test('a device is taken from no other guest, of which the person hears once; it is given when it is free', async () => {
  const { giver, host, has, settle, notices } = await setUp();
  await giver.attach(fedora, webcam);
  await giver.remember(debian, webcam);
  await vi.waitFor(() => expect(notices).toHaveLength(1), { timeout: 10_000 });
  expect(notices[0]).toMatchObject({ severity: 'warning', message: expect.stringContaining('in use by “fedora-workstation”') });
  host.stale('devices');
  await settle();
  await has(webcam, fedora);
  expect(notices).toHaveLength(1);
  host.update(fedora.id, { state: 'shut-off' });
  await has(webcam, debian);
});

test('a disk that its host uses by now is not taken from it, of which the person hears once; asked and agreed to, it is', async () => {
  const { giver, host, plug, has, settle, notices, answers } = await setUp();
  await giver.remember(debian, webcam);
  await has(webcam, debian);
  const stick = plug.out(webcam);
  const warnings = () => notices.flatMap(({ severity, message }) => (severity === 'warning' ? [message] : []));
  plug.in({ ...stick, use: 'disk' });
  await vi.waitFor(() => expect(warnings()).toEqual([expect.stringContaining('its host uses the disk')]), { timeout: 10_000 });
  host.stale('devices');
  await settle();
  await has(webcam, null);
  expect(warnings()).toHaveLength(1);

  answers.push({ kind: 'confirmed', ticked: [] });
  await giver.remember(debian, webcam);
  await has(webcam, debian);
  plug.in({ ...plug.out(webcam), use: null });
  await has(webcam, debian);
});

test('a failure is said once, and the next replugging is another try', async () => {
  const { giver, host, plug, has, settle, notices } = await setUp();
  const attach = vi.spyOn(host.usb, 'give').mockImplementationOnce(() => {
    throw new BackendError('permission', 'The host does not let go of it.');
  });
  await giver.remember(debian, webcam);
  await vi.waitFor(() => expect(notices).toHaveLength(1), { timeout: 10_000 });
  expect(notices[0]).toMatchObject({ severity: 'warning', message: expect.stringContaining('The host does not let go of it.') });
  host.stale('devices');
  await settle();
  expect(attach).toHaveBeenCalledTimes(1);
  plug.in(plug.out(webcam));
  await has(webcam, debian);
});

test('a connection that ends in that moment is no try', async () => {
  const { fake, giver, host, has, notices } = await setUp();
  const attach = vi.spyOn(host.usb, 'give').mockImplementationOnce(() => {
    fake.dropConnection('here');
    throw new BackendError('connection-lost', 'The connection to the host has ended.');
  });
  await giver.remember(debian, webcam);
  await has(webcam, debian);
  await vi.waitFor(() => expect(notices).toMatchObject([{ severity: 'info' }]), { timeout: 10_000 });
  expect(attach).toHaveBeenCalledTimes(2);
});

test('a guest that goes off in that moment has nothing given to its next start', async () => {
  const { giver, host, has, settle } = await setUp();
  const ask = host.usb.list.bind(host.usb);
  const list = vi.spyOn(host.usb, 'list').mockImplementation(() => {
    // The second look is the rules’ own, and then they know of nothing yet.
    if (list.mock.calls.length === 2) queueMicrotask(() => host.update(debian.id, { state: 'shut-off' }));
    return ask();
  });
  const give = vi.spyOn(host.usb, 'give');
  await giver.remember(debian, webcam);
  await vi.waitFor(() => expect(registry?.link('here').guest(debian.id)?.state).toBe('shut-off'), { timeout: 10_000 });
  await settle();
  expect(give).not.toHaveBeenCalled();
  host.update(debian.id, { state: 'running' });
  await has(webcam, debian);
});

test('a rule that is forgotten is kept no more, and leaves the guest what it has', async () => {
  const { giver, plug, has, settle } = await setUp();
  await giver.remember(debian, keyA);
  await has(keyA, debian);
  await giver.forget(debian, { vendor: '1050', product: '0407', serial: '0012345678' });
  await has(keyA, debian);
  plug.in(plug.out(keyA));
  await settle();
  await has(keyA, null);
  await expect(giver.remember(debian, randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  await expect(giver.remember({ host: 'here', id: randomUUID() }, keyA)).rejects.toMatchObject({ code: 'not-found' });
});

test('when the host is back, what waited is given', async () => {
  const { fake, giver, host, has } = await setUp();
  await giver.remember(debian, keyA);
  await has(keyA, debian);
  fake.dropConnection('here');
  const key = host.usb.unplug(keyA);
  if (key === null) throw new Error('it was plugged in');
  host.usb.plugIn(key);
  await has(keyA, debian);
});

test('a guest that was started anew while its host was away has what it always has; what the person took away stays away', async () => {
  const { fake, giver, host, has, settle } = await setUp();
  await giver.remember(debian, keyA);
  await giver.remember(debian, webcam);
  await has(keyA, debian);
  await has(webcam, debian);
  await giver.detach(debian, webcam);
  fake.dropConnection('here');
  // As a start leaves it: nothing of what was plugged into the run before.
  host.usb.give(keyA, null);
  await has(keyA, debian);
  await settle();
  await has(webcam, null);
});

test('what this computer would miss is given, now and always, only where the person says so', async () => {
  const { giver, has, settle, asked, answers } = await setUp();
  await expect(giver.attach(debian, keyboard)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(giver.remember(debian, keyboard)).rejects.toMatchObject({ code: 'cancelled' });
  await settle();
  await has(keyboard, null);
  expect((await giver.offer(debian)).devices.filter(({ always }) => always)).toEqual([]);
  answers.push({ kind: 'confirmed', ticked: [] });
  await giver.attach(debian, keyboard);
  await has(keyboard, debian);
  // It has it already: nothing is given away by remembering that.
  await giver.remember(debian, keyboard);
  await giver.attach(debian, webcam);
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'Give “Dell Computer Corp. KB216 Wired Keyboard” to “debian-13”?'));
});
