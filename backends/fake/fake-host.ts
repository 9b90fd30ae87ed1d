import type { AgentChannel } from '#model/clipboard';
import { canGuest } from '#model/guest-action';
import type { GuestAction } from '#model/guest-action';
import type { Guest, GuestChange, GuestId, GuestNotice, GuestState } from '#model/guest';
import type { HostAbilities, HostFacts, HostLoad } from '#model/host';
import type { HostDrive } from '#model/host-drive';
import { GuestObjectKind, ObjectKind, type StaleKind } from '#model/inventory';
import type { FirewallReport } from '#model/firewall';
import type { Network } from '#model/network';
import { GiB } from '#model/quantity';
import type { Pool, Volume } from '#model/storage';
import type { Operation } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeGuest } from './fake-guest.ts';
import type { FakePart } from './fake-host-devices.ts';
import type { FakeMachine } from './fake-machine.ts';
import { type FakeNetwork, listedNetwork, seedNetworks } from './seed-networks.ts';
import { FakeUsbPorts } from './fake-usb-ports.ts';
import { cancelled, pause } from './pause.ts';
import { seedDrives } from './seed-drives.ts';
import { seedObjects } from './seed-objects.ts';
import { seedPools, seedVolumes } from './seed-storage.ts';

/** How often a save tells how far it is; each part takes as long as an answer. */
const SAVE_PARTS = 10;

/** What can be made to fail on demand. */
export type FakeStep =
  | 'list'
  | 'pools'
  | `volumes of ${string}`
  | 'networks'
  | 'devices'
  | 'describe'
  | 'act'
  | 'count'
  | 'console'
  | 'screenshot'
  | 'transfer'
  | 'pool'
  | 'inspect'
  | 'volume'
  | 'usb'
  | 'network'
  | 'offer'
  | 'check'
  | 'make-disk'
  | 'define'
  | 'hardware'
  | 'start'
  | 'undefine'
  | 'delete-disk';

export const fakeAbilities: HostAbilities = {
  change: true,
  createGuests: true,
  storage: true,
  networks: true,
  graphicalConsole: true,
  serialConsole: true,
  screenshots: true,
  statistics: true,
  managedSave: true,
  reset: true,
  inventory: [...ObjectKind.options],
  guestInventory: [...GuestObjectKind.options],
};

/** A host that exists only in memory. Its connections come and go; it stays. */
export class FakeHost {
  readonly facts: HostFacts;
  readonly guests = new Map<GuestId, FakeGuest>();
  readonly pools: Pool[] = seedPools();
  readonly virtualNetworks: FakeNetwork[] = seedNetworks();
  /** What its firewall does to them; and what root would see of it where we see nothing. */
  firewall: FirewallReport = { kind: 'clear' };
  hiddenFirewall: FirewallReport = { kind: 'clear' };
  /** Volumes that no guest uses, and those of guests that were changed. */
  readonly uploads: Volume[] = seedVolumes();
  /** What there is besides pools and networks, by its kind; snapshots and checkpoints by the guest and the kind. */
  readonly objects = seedObjects();
  /** Of the host itself; what guests begin with. */
  readonly drives: HostDrive[] = seedDrives();
  readonly usb = new FakeUsbPorts();
  /** PCI devices that VFIO was left with, as the host names them. */
  readonly withVfio = new Set<string>();
  /** What was made of its cards, by UUID. */
  readonly parts = new Map<string, FakePart>();
  /** It runs containers, and no machines. */
  containers = false;
  /** The guest that ran when all began, and has the graphics card. */
  readonly firstOn: GuestId | null;
  /** Guests that were deleted, and what went with them. */
  readonly deleted = new Map<GuestId, { readonly guest: FakeGuest; readonly disks: ReadonlySet<string> }>();
  /** What guests are made of, as far as anybody asked. */
  readonly machines = new WeakMap<FakeGuest, FakeMachine>();
  /** Of guests whose agent's channel is not simply there. */
  readonly agentChannels = new Map<GuestId, AgentChannel>();
  readonly delay: number;
  readonly #staleListeners = new Set<(what: ReadonlySet<StaleKind>) => void>();
  readonly #noticeListeners = new Set<(notice: GuestNotice) => void>();
  readonly #listeners = new Set<(change: GuestChange) => void>();
  readonly #consoles = new Map<string, () => void>();
  readonly #faults = new Map<FakeStep, BackendError[]>();
  readonly #refusals = new Map<FakeStep, BackendError>();

  /** `delay`: milliseconds that each answer takes. */
  constructor(hostname: string, guests: readonly FakeGuest[], delay: number) {
    this.delay = delay;
    this.facts = {
      hostname,
      hypervisor: 'Fake',
      hypervisorVersion: '1.0.0',
      daemonVersion: '1.0.0',
      arch: 'x86_64',
      cpus: 16,
      cpuModel: 'Pretended Core 9000',
      memory: 64 * GiB,
    };
    this.firstOn = guests.find(({ guest }) => guest.state === 'running')?.guest.id ?? null;
    for (const guest of guests) {
      this.guests.set(guest.guest.id, guest);
      if (guest.alive) guest.powerOn(performance.now());
    }
  }

  get networks(): Network[] {
    return this.virtualNetworks.map(listedNetwork);
  }

  onStale(listener: (what: ReadonlySet<StaleKind>) => void): () => void {
    this.#staleListeners.add(listener);
    return () => this.#staleListeners.delete(listener);
  }

  onNotice(listener: (notice: GuestNotice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** Tells that something of these kinds has changed; to be called after it was changed. */
  stale(...what: readonly StaleKind[]): void {
    for (const listener of this.#staleListeners) listener(new Set(what));
  }

  /** In place of the one with the same path, if there is one. */
  putVolume(volume: Volume): void {
    this.#dropVolume(volume);
    this.uploads.push(volume);
    this.stale('volumes');
  }

  forgetVolume(volume: Volume): void {
    this.#dropVolume(volume);
    this.stale('volumes');
  }

  #dropVolume({ path }: Volume): void {
    const index = this.uploads.findIndex((other) => other.path === path);
    if (index >= 0) this.uploads.splice(index, 1);
  }

  /** Tells that something befell the guest. */
  notice(id: GuestId, severity: GuestNotice['severity'], message: string): void {
    const { name } = this.find(id).guest;
    for (const listener of this.#noticeListeners) listener({ id, name, severity, message });
  }

  onChange(listener: (change: GuestChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next time this step comes, it fails with `error`. Several queue up. */
  injectFault(step: FakeStep, error: BackendError): void {
    this.#faults.set(step, [...(this.#faults.get(step) ?? []), error]);
  }

  /** From now on this step fails with `error`, until it is told otherwise by null. */
  refuse(step: FakeStep, error: BackendError | null): void {
    if (error === null) this.#refusals.delete(step);
    else this.#refusals.set(step, error);
  }

  /** Takes the time that an answer takes, then fails if that was asked for. */
  async reach(step: FakeStep, signal?: AbortSignal): Promise<void> {
    await pause(this.delay, signal);
    const error = this.#faults.get(step)?.shift() ?? this.#refusals.get(step);
    if (error !== undefined) throw error;
  }

  find(id: GuestId): FakeGuest {
    const guest = this.guests.get(id);
    if (guest === undefined) throw new BackendError('not-found', 'There is no such guest any more.');
    return guest;
  }

  add(guest: FakeGuest): void {
    this.guests.set(guest.guest.id, guest);
    if (guest.alive) guest.powerOn(performance.now());
    this.#tell({ kind: 'upserted', guest: guest.guest });
  }

  remove(id: GuestId): void {
    this.#endConsoles(id);
    this.usb.guestStopped(id);
    if (this.guests.delete(id)) this.#tell({ kind: 'removed', id });
  }

  update(id: GuestId, change: Partial<Omit<Guest, 'id'>>): void {
    const found = this.find(id);
    const wasAlive = found.alive;
    found.guest = { ...found.guest, ...change };
    if (!wasAlive && found.alive) found.powerOn(performance.now());
    if (wasAlive && !found.alive) this.#endConsoles(id);
    if (wasAlive && !found.alive) this.usb.guestStopped(id);
    if (wasAlive && !found.alive && this.agentChannels.get(id)?.kind === 'next-start') this.agentChannels.delete(id);
    if (!found.alive && !found.guest.persistent) this.remove(id);
    else this.#tell({ kind: 'upserted', guest: found.guest });
  }

  /** Tells of the guest anew, as a host does when its devices have changed. */
  touch(id: GuestId): void {
    this.#tell({ kind: 'upserted', guest: this.find(id).guest });
  }

  async act(id: GuestId, action: GuestAction, operation?: Operation): Promise<void> {
    await this.reach('act');
    const { guest } = this.find(id);
    const permission = canGuest(guest, action, fakeAbilities);
    if (!permission.allowed) throw new BackendError('invalid-state', `${permission.why}.`);
    if (action === 'save') await this.#save(id, operation);
    const { next, ...marks } = outcomes[action];
    this.update(id, { state: next ?? guest.state, ...marks });
    if (action === 'shut-down') void this.#powerDown(id);
  }

  /** Writes out the guest's memory, which takes its time; cancelled, the guest goes on as it was. */
  async #save(id: GuestId, operation: Operation | undefined): Promise<void> {
    const found = this.find(id);
    if (operation?.signal.aborted === true) throw cancelled();
    try {
      for (let part = 0; part < SAVE_PARTS; part++) {
        found.job = { kind: 'save', disk: null, progress: part / SAVE_PARTS };
        if (part === 0) this.update(id, {});
        operation?.report('Saving', part / SAVE_PARTS);
        await pause(this.delay, operation?.signal);
      }
    } finally {
      found.job = null;
      if (this.guests.has(id)) this.update(id, {});
    }
  }

  load(): HostLoad {
    const running = [...this.guests.values()].filter((guest) => guest.alive);
    const demand = running.reduce((sum, { guest }) => sum + guest.vcpus, 0) / this.facts.cpus / 8;
    const swing = 1 + Math.sin(performance.now() / 9000) / 4;
    const used = running.reduce((sum, { guest }) => sum + guest.memory / 2, 3 * GiB);
    return { cpu: Math.min(1, demand * swing), memoryUsed: Math.min(this.facts.memory, Math.round(used)), memory: this.facts.memory };
  }

  /** One holder a console. `end` is called when another takes it over or the guest goes off. Returns the release. */
  holdConsole(id: GuestId, name: string, force: boolean, end: () => void): () => void {
    const key = `${id} ${name}`;
    const holder = this.#consoles.get(key);
    if (holder !== undefined && !force) {
      throw new BackendError('console-busy', 'Another program shows this console.', { remedy: 'Take it over, or close it there.' });
    }
    holder?.();
    this.#consoles.set(key, end);
    return () => {
      if (this.#consoles.get(key) === end) this.#consoles.delete(key);
    };
  }

  async #powerDown(id: GuestId): Promise<void> {
    await pause(this.delay * 10);
    // It may have been forced off, deleted or started anew meanwhile.
    if (this.guests.get(id)?.guest.state === 'shutting-down') this.update(id, { state: 'shut-off' });
  }

  #endConsoles(id: GuestId): void {
    for (const [key, end] of this.#consoles) {
      if (!key.startsWith(`${id} `)) continue;
      this.#consoles.delete(key);
      end();
    }
  }

  #tell(change: GuestChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** What is left of it for those who may only look. */
export const lookingAbilities: HostAbilities = {
  ...fakeAbilities,
  change: false,
  createGuests: false,
  serialConsole: false,
  screenshots: false,
  managedSave: false,
  reset: false,
};

const outcomes: Readonly<Record<GuestAction, { next?: GuestState; saved?: boolean; autostart?: boolean }>> = {
  start: { next: 'running', saved: false },
  'shut-down': { next: 'shutting-down' },
  reboot: { next: 'running' },
  pause: { next: 'paused' },
  resume: { next: 'running' },
  save: { next: 'shut-off', saved: true },
  'discard-save': { saved: false },
  'force-off': { next: 'shut-off' },
  reset: { next: 'running' },
  autostart: { autostart: true },
  'no-autostart': { autostart: false },
};
