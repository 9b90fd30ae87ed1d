import type { CreationOffer, GuestPreview, GuestSpec, MachineWish, Objection } from '#model/guest-spec';
import type { GuestDisk, GuestId } from '#model/guest';
import type { HostDrive } from '#model/host-drive';
import type { GuestCreation, GuestRequest, Operation } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { containerDefinition, containerSource, rootOf } from './fake-containers.ts';
import { fakeMachineOn, fakeObjections, fakeOffer } from './fake-creation-checks.ts';
import { fakeCommand, fakeDefinition } from './fake-definition.ts';
import { FakeGuest } from './fake-guest.ts';
import type { FakeHost } from './fake-host.ts';
import { pause } from './pause.ts';
import { guestId } from './seed.ts';

export class FakeCreation implements GuestCreation {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async offer(machine: MachineWish | null = null): Promise<CreationOffer> {
    await this.#reach('offer');
    const offer = fakeOffer(this.#host, machine ?? fakeMachineOn(this.#host));
    const known = offer.machines.some(({ type, arch }) => type === offer.machine.type && arch === offer.machine.arch);
    if (!known) throw new BackendError('unsupported', 'This host runs no guests of that kind.', { remedy: 'Choose another kind.' });
    return offer;
  }

  async check(request: GuestRequest): Promise<Objection[]> {
    await this.#reach('check');
    return fakeObjections(this.#host, request);
  }

  async preview(request: GuestRequest): Promise<GuestPreview> {
    const { spec, files } = request;
    await this.#reach('check');
    const container = containerSource(spec);
    if (container !== null) {
      return { definition: containerDefinition(spec, container, rootOf(this.#host, request)), command: fakeCommand(spec) };
    }
    return { definition: fakeDefinition(spec, this.#disksOf({ spec, files })), command: fakeCommand(spec) };
  }

  async drives(): Promise<HostDrive[]> {
    await this.#reach('check');
    return this.#host.drives.map((drive) => ({ ...drive }));
  }

  async grantsFor(): Promise<readonly (readonly string[])[]> {
    return [];
  }

  async create(request: GuestRequest, operation: Operation): Promise<GuestId> {
    this.#alive();
    const { spec, definition } = request;
    const objection = fakeObjections(this.#host, request).find(({ severity }) => severity === 'error');
    if (objection !== undefined) {
      throw new BackendError(objection.field === 'name' ? 'exists' : 'invalid-definition', objection.message, { remedy: objection.remedy });
    }
    if (definition !== undefined && !definition.includes(`<name>${spec.name}</name>`)) {
      throw new BackendError('invalid-definition', 'The definition has another name than the guest.', {
        remedy: 'Change the name in the form, not in the definition.',
      });
    }
    const undo: (() => void)[] = [];
    try {
      await this.#makeDisks(spec, operation, undo);
      await this.#makeTree(request, operation, undo);
      operation.report('Defining the guest', 0.6);
      await this.#reach('define', operation.signal);
      const guest = this.#define(request);
      undo.unshift(() => this.#host.remove(guest.guest.id));
      if (!spec.start) return guest.guest.id;
      operation.report('Starting the guest', 0.8);
      await this.#reach('start', operation.signal);
      this.#host.update(guest.guest.id, { state: 'running' });
      return guest.guest.id;
    } catch (error) {
      operation.report('Removing what was made', null);
      for (const step of undo) step();
      throw error;
    }
  }

  async #reach(what: Parameters<FakeHost['reach']>[0], signal?: AbortSignal): Promise<void> {
    this.#alive();
    await this.#host.reach(what, signal);
    this.#alive();
  }

  async #makeDisks({ disks }: GuestSpec, operation: Operation, undo: (() => void)[]): Promise<void> {
    for (const disk of disks) {
      if (disk.kind !== 'new') continue;
      for (let done = 0; done < 5; done++) {
        operation.report('Making the disk', done / 10);
        await pause(this.#host.delay, operation.signal);
      }
      await this.#reach('make-disk', operation.signal);
      const pool = this.#host.pools.find((other) => other.name === disk.pool);
      if (pool === undefined) throw new BackendError('not-found', `There is no pool named “${disk.pool}”.`);
      // A new qcow2 takes next to nothing: the host only remembers what it promised.
      pool.available -= disk.size;
      undo.unshift(() => {
        pool.available += disk.size;
      });
    }
  }

  /** A container's files, in a new folder of a pool. */
  async #makeTree({ spec }: GuestRequest, { making, report, signal }: Operation, undo: (() => void)[]): Promise<void> {
    const { source, name } = spec;
    if (source.kind !== 'container-os' || source.into === null) return;
    const path = rootOf(this.#host, { spec, files: { chosen: new Map() } }) ?? '';
    const note = await making({ kind: 'tree', pool: source.into, name, filler: crypto.randomUUID() });
    const blank = { format: null, encrypted: false, backing: null, permissions: null, modified: null, capacity: 0, allocation: 0 };
    const folder = { ...blank, pool: source.into, name, path, folder: true };
    this.#host.putVolume(folder);
    await note.made();
    undo.unshift(() => this.#host.forgetVolume(folder));
    for (let done = 0; done < 5; done++) {
      report('Putting the files into place', done / 10);
      await pause(this.#host.delay, signal);
    }
    await this.#reach('make-disk', signal);
  }

  #disksOf({ spec, files }: GuestRequest): GuestDisk[] {
    const pathIn = (pool: string, name: string) => `${this.#host.pools.find((other) => other.name === pool)?.path ?? `/${pool}`}/${name}`;
    const { source } = spec;
    const from = 'from' in source ? source.from : null;
    const chosen = from?.kind === 'file' ? (files.chosen.get(from.token)?.path ?? null) : null;
    const ofHost = from?.kind === 'drive' ? (this.#host.drives.find(({ id }) => id === from.drive)?.path ?? null) : null;
    const there =
      from?.kind === 'volume'
        ? pathIn(from.volume.pool, from.volume.name)
        : from?.kind === 'url'
          ? new URL(from.url).pathname
          : (ofHost ?? chosen);
    const into = 'into' in source ? source.into : null;
    const image = into === null || into === undefined ? there : pathIn(into, there?.split('/').at(-1) ?? spec.name);
    const disk = { bus: 'virtio', kind: 'disk', format: 'qcow2', readOnly: false, capacity: null } as const;
    const drive = { bus: 'sata', kind: 'cdrom', format: 'raw', readOnly: true, capacity: null } as const;
    const first: (string | null)[] = source.kind === 'disk' || source.kind === 'cloud-image' || source.kind === 'appliance' ? [image] : [];
    const made = spec.disks.map((each, i) =>
      each.kind === 'volume'
        ? pathIn(each.volume.pool, each.volume.name)
        : pathIn(each.pool, `${spec.name}${i === 0 ? '' : `-${i}`}.qcow2`),
    );
    const drives = [
      ...(source.kind === 'iso' ? [image] : []),
      ...(source.kind === 'cloud-image' && source.cloudInit !== null ? [pathIn(source.into, `${spec.name}-seed.iso`)] : []),
      ...(spec.drivers === null ? [] : [pathIn('default', 'virtio-win.iso')]),
    ];
    return [
      ...[...first, ...made].map((path, i) => ({
        ...disk,
        format: path === null || path !== ofHost ? disk.format : 'raw',
        target: `vd${'abcdefgh'[i] ?? 'z'}`,
        source: path,
      })),
      ...drives.map((path, i) => ({ ...drive, target: `sd${'abcdefgh'[i] ?? 'z'}`, source: path })),
    ];
  }

  #define(request: GuestRequest): FakeGuest {
    const { spec } = request;
    const index = 1_000_000 + Math.floor(Math.random() * 1_000_000_000);
    const { name, vcpus, memory, os, firmware, nics } = spec;
    const machine = spec.machine ?? fakeMachineOn(this.#host);
    const container = machine.type === 'lxc';
    const guest = new FakeGuest(
      { id: guestId(index), name, state: 'shut-off', persistent: true, autostart: false, saved: false, vcpus, memory },
      {
        title: null,
        description: null,
        os,
        virtualization: container ? 'container' : machine.type === 'qemu' ? 'emulated (TCG)' : 'KVM',
        arch: machine.arch,
        machine: machine.machine,
        firmware: firmware === 'uefi-secure-boot' ? 'uefi' : firmware,
        cpuModel: container ? null : 'host-passthrough',
        nics: nics.map((nic, i) => ({
          mac: `52:54:00:fa:ce:0${(i + 1) % 10}`,
          model: 'virtio',
          source: nic.kind === 'network' ? `network ${nic.name}` : nic.kind === 'user' ? 'user' : `${nic.kind} ${nic.device}`,
          addresses: [],
        })),
      },
      this.#disksOf(request),
      { cpu: 0.5, memory: 0.4, disk: 6_000_000, net: 800_000, period: 12_000 },
    );
    guest.root = rootOf(this.#host, request);
    this.#host.add(guest);
    return guest;
  }
}
