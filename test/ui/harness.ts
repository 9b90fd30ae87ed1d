import { defaultKeyboard } from '#contract/keyboard';
import type { Bridge } from '#contract/define';
import type { Settings } from '#contract/settings';
import type { AgentChannel } from '#model/clipboard';
import type { FaultCode } from '#model/fault';
import type { GuestState } from '#model/guest';
import type { FieldValues } from '#model/hardware-field';
import type { StaleKind } from '#model/inventory';
import type { HostDrive } from '#model/host-drive';
import type { FirewallReport } from '#model/firewall';
import { BackendError } from '../../backends/errors.ts';
import { FakeBackend } from '../../backends/fake/fake-backend.ts';
import { fakeNextStart, redefineFake } from '../../backends/fake/fake-definitions.ts';
import type { FakeLogin } from '../../backends/fake/fake-login.ts';
import type { FakeStep } from '../../backends/fake/fake-host.ts';
import { FakeClipboard } from '../../backends/fake/fake-clipboard.ts';
import type { FakeUsbPorts } from '../../backends/fake/fake-usb-ports.ts';
import { changeFakeMachine, removeFakeDevice } from '../../backends/fake/fake-hardware.ts';
import { fakeKept } from '../../backends/fake/fake-kept.ts';
import { FakeSources } from '../../backends/fake/fake-sources.ts';
import { fakeFiles } from '../../backends/fake/fake-files.ts';
import { plainGuest } from '../../backends/fake/seed.ts';
import type { GuestConsoleSettings } from '../../main/console-settings.ts';
import { createGuesthouse } from '../../main/guesthouse.ts';
import { fakeConsoleWindows, noExternalViewers, noViewer } from '../fakes/fake-console-windows.ts';
import { fakeDefinitionShelf } from '../fakes/fake-definition-shelf.ts';
import { fakeSchemas } from '../fakes/fake-schemas.ts';
import { fakeShelf, noFiles } from '../fakes/fake-shelf.ts';
import { openConsoleFrame, pageOf, PLACES_FROM } from './console-frames.ts';
import { leaveBehind } from './left-over.ts';
import { Windows } from './windows.ts';

/** What a test can do behind the window's back: as another program would, or the world. */
export interface Harness {
  /** Lines that main would log. */
  readonly log: readonly string[];
  /** The path that the next file dialogs answer; null: the person cancels. */
  file: string | null;
  /** Nothing lies at this path of this computer any more. */
  gone(path: string): void;
  drop(host: string): void;
  /** What is kept for the next start, as JSON. */
  readonly saved: string;
  /** How the host meets those who connect from now on: 'open', 'silent', the code that it refuses with, or what it asks first. */
  manners(host: string, manners: 'open' | 'silent' | FaultCode | FakeLogin): void;
  /** The next time this step comes, it fails. */
  fail(host: string, step: FakeStep, code: FaultCode, message: string): void;
  /** From now on this step fails, until told otherwise by null. */
  refuse(host: string, step: FakeStep, message: string | null): void;
  /** Something of this kind has changed, the host says. */
  stale(host: string, what: StaleKind): void;
  add(host: string, count: number): void;
  remove(host: string, guest: string): void;
  change(host: string, guest: string, change: { state?: GuestState; name?: string }): void;
  clear(host: string): void;
  /** Changes a device of the guest's definition; without values, takes it out. */
  changeDevice(host: string, guest: string, device: string, values: FieldValues | null): void;
  /** Changes what is plugged into the first host, and tells of it as a host does. */
  plug(change: (drives: HostDrive[]) => void): void;
  /** Makes a storage pool, and tells of it as a host does. */
  addPool(host: string, name: string): void;
  /** What the host's firewall does to its networks from now on; `hidden`: what root would see of it. */
  firewall(host: string, report: FirewallReport, hidden?: FirewallReport): void;
  /** Somebody else defines the guest anew: with `by` where its definition had `what`. */
  redefine(host: string, guest: string, what: string, by: string): void;
  /** Something befalls a guest. */
  befall(host: string, guest: string, message: string): void;
  /** The desktop's, and whether the window has the focus. */
  readonly clipboard: FakeClipboard;
  agentChannel(host: string, guest: string, channel: AgentChannel): void;
  /** Takes the guest's USB controller away. */
  noSockets(host: string, guest: string): void;
  unplug(host: string, device: string): void;
  /** Plugs in what was pulled out last, in another socket. */
  plugAgain(host: string, socket: string): void;
  bridgeFor(window: number): Bridge;
  /** What a window with consoles holds. */
  consoleBridgeFor(place: number): Bridge;
}

declare global {
  interface Window {
    readonly harness: Harness;
    /** As renderer/window.d.ts has it. */
    readonly guesthouse: Bridge;
  }
}

const options = new URLSearchParams(window.location.search);
const guests = options.get('guests');
const names = (options.get('hosts') ?? 'local').split(',').filter(Boolean);
let saved = '[]';
const fake = new FakeBackend({ delay: Number(options.get('delay') ?? '30'), ...(guests !== null && { guests: Number(guests) }) });
const windows = new Windows();
const clipboard = new FakeClipboard();
const sources = new FakeSources();
let pulled: ReturnType<FakeUsbPorts['unplug']> = null;
const { consoleWindows } = fakeConsoleWindows({
  open: openConsoleFrame,
  changed: (places) => windows.publish.windows.consolesChanged([...places]),
  fullScreenChanged: (on) => windows.publish.windows.fullScreenChanged({ on }),
});
windows.ownOf = (caller) => consoleWindows.own(caller);
const log: string[] = [];
let settings: Settings = { theme: 'system', sidebarWidth: 240, sidebarOpen: true, manualConsoles: [], keyboard: defaultKeyboard };

const refusal = (code: FaultCode, message = 'The host refuses.'): BackendError =>
  new BackendError(code, message, { reason: 'The fake host was told to.', remedy: 'Tell it otherwise.' });
const find = (host: string, name: string): string => {
  const found = [...fake.host(host).guests.values()].find(({ guest }) => guest.name === name);
  if (found === undefined) throw new Error(`the host has no guest “${name}”`);
  return found.guest.id;
};

const silent = options.get('silent');
if (silent !== null) fake.setManners(silent, 'silent');

const containers = options.get('containers');
if (containers !== null) fake.host(containers).containers = true;

const harness: Harness = {
  log,
  file: '/home/ada/Downloads/debian-13.iso',
  gone: (path) => void sources.gone.add(path),
  drop: (host) => fake.dropConnection(host),
  get saved() {
    return saved;
  },
  manners: (host, manners) =>
    fake.setManners(host, manners === 'open' || manners === 'silent' || typeof manners === 'object' ? manners : refusal(manners)),
  fail: (host, step, code, message) => fake.host(host).injectFault(step, refusal(code, message)),
  refuse: (host, step, message) => fake.host(host).refuse(step, message === null ? null : refusal('internal', message)),
  stale: (host, what) => fake.host(host).stale(what),
  add: (host, count) => {
    const before = fake.host(host).guests.size;
    for (let index = 0; index < count; index++) fake.host(host).add(plainGuest(before + index));
  },
  plug: (change) => {
    change(fake.host('local').drives);
    fake.host('local').stale('devices');
  },
  remove: (host, guest) => fake.host(host).remove(find(host, guest)),
  change: (host, guest, change) => fake.host(host).update(find(host, guest), change),
  redefine: (host, guest, what, by) => {
    const id = find(host, guest);
    redefineFake(fake.host(host), id, fakeNextStart(fake.host(host).find(id)).replace(what, by));
  },
  addPool: (host, name) => {
    fake.host(host).pools.push({
      name,
      kind: 'dir',
      active: true,
      capacity: 2 ** 30,
      available: 2 ** 29,
      path: `/srv/${name}`,
      source: null,
      persistent: true,
      autostart: false,
    });
    fake.host(host).stale('pools', 'volumes');
  },
  firewall: (host, report, hidden) => {
    fake.host(host).firewall = report;
    if (hidden !== undefined) fake.host(host).hiddenFirewall = hidden;
    fake.host(host).stale('networks');
  },
  befall: (host, guest, message) => fake.host(host).notice(find(host, guest), 'danger', message),
  clipboard,
  agentChannel: (host, guest, channel) => void fake.host(host).agentChannels.set(find(host, guest), channel),
  noSockets: (host, guest) => void fake.host(host).usb.sockets.set(find(host, guest), { kind: 'missing', addable: 'next-start' }),
  unplug: (host, device) => {
    pulled = fake.host(host).usb.unplug(device);
    fake.host(host).stale('devices');
  },
  plugAgain: (host, socket) => {
    if (pulled === null) throw new Error('nothing was pulled out');
    fake.host(host).usb.plugIn({ ...pulled, id: socket });
    fake.host(host).stale('devices');
  },
  clear: (host) => {
    for (const id of fake.host(host).guests.keys()) fake.host(host).remove(id);
  },
  changeDevice: (host, guest, device, values) => {
    if (values === null) removeFakeDevice(fake.host(host), find(host, guest), device);
    else changeFakeMachine(fake.host(host), find(host, guest), device, values);
  },
  bridgeFor: (window) => windows.bridge(guesthouse.call, { window, role: 'confirmation' }),
  consoleBridgeFor: (place) => windows.bridge(guesthouse.call, { window: PLACES_FROM + place, role: 'console' }),
};

const guesthouse = createGuesthouse(
  {
    backends: [fake],
    hosts: names.map((name, index) => ({
      id: name,
      name: index === 0 ? 'This computer' : `Host ${name}`,
      uri: `fake://${name}/`,
      address: { road: 'uri', uri: `fake://${name}/` },
      autoconnect: true,
      readOnly: options.get('looking') === name,
    })),
    publish: windows.publish,
    confirm: async (_, question, signal) => windows.confirm(question, signal),
    confirmation: windows.confirmation,
    viewer: noViewer,
    externalViewers: noExternalViewers,
    grantAccess: async () => undefined,
    consoleWindows,
    keyboard: { grab: async () => undefined },
    chooseFile: async () => (harness.file === null ? null : { path: harness.file }),
    chooseLoginFile: async () => (harness.file === null ? null : { path: harness.file }),
    saveHosts: async (hosts) => {
      saved = JSON.stringify(hosts);
    },
    media: sources,
    files: fakeFiles(() => harness.file),
    consoleSettings: fakeKept<readonly GuestConsoleSettings[]>([]),
    templates: fakeKept([]),
    recentMedia: fakeKept([]),
    definitions: fakeDefinitionShelf(),
    schemas: fakeSchemas,
    journal: options.has('left')
      ? leaveBehind(fake.host(names[0] ?? 'local'), names[0] ?? 'local')
      : { shelf: fakeShelf(), files: noFiles },
    clipboard,
    uuid: () => crypto.randomUUID(),
    createPort: (caller, ticket) => windows.createPort(ticket, pageOf(caller)),
    settings: {
      read: async () => settings,
      write: async (change) => {
        settings = { ...settings, ...change };
        return settings;
      },
    },
    log: (line) => log.push(line),
  },
  { checkOutputs: true },
);

Object.assign(window, { harness, guesthouse: windows.bridge(guesthouse.call, { window: 1, role: 'app' }) });
// Only now: the page takes its bridge when it is loaded.
await import('../../renderer/main.tsx');
