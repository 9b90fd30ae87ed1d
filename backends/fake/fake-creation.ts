import type { CreationOffer, GuestSpec, Objection } from '#model/guest-spec';
import type { GuestDisk, GuestId } from '#model/guest';
import type { GuestCreation, LocalFile, Operation } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { FakeGuest } from './fake-guest.ts';
import type { FakeHost } from './fake-host.ts';
import { pause } from './pause.ts';
import { guestId } from './seed.ts';

const vcpusMax = 64;

export class FakeCreation implements GuestCreation {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async offer(): Promise<CreationOffer> {
    this.#alive();
    await this.#host.reach('offer');
    this.#alive();
    const load = this.#host.load();
    return {
      acceleration: { kind: 'kvm' },
      firmwares: ['bios', 'uefi'],
      vcpusMax,
      memoryTotal: load.memory,
      memoryFree: load.memory - load.memoryUsed,
      pools: this.#host.pools.map((pool) => ({ ...pool })),
      networks: this.#host.networks.map((network) => ({ ...network })),
      takenNames: [...this.#host.guests.values()].map(({ guest }) => guest.name),
    };
  }

  async check(spec: GuestSpec, _media: LocalFile): Promise<Objection[]> {
    this.#alive();
    await this.#host.reach('check');
    this.#alive();
    return this.#objections(spec);
  }

  async create(spec: GuestSpec, media: LocalFile, operation: Operation): Promise<GuestId> {
    this.#alive();
    const objection = this.#objections(spec).find(({ severity }) => severity === 'error');
    if (objection !== undefined) {
      throw new BackendError(objection.field === 'name' ? 'exists' : 'invalid-definition', objection.message, { remedy: objection.remedy });
    }
    const undo: (() => void)[] = [];
    try {
      const path = spec.disk === null ? null : await this.#makeDisk(spec.name, spec.disk, operation, undo);
      operation.report('Defining the guest', 0.6);
      await this.#host.reach('define', operation.signal);
      this.#alive();
      const guest = this.#define(spec, media, path);
      undo.unshift(() => this.#host.remove(guest.guest.id));
      operation.report('Starting the guest', 0.8);
      await this.#host.reach('start', operation.signal);
      this.#alive();
      this.#host.update(guest.guest.id, { state: 'running' });
      return guest.guest.id;
    } catch (error) {
      operation.report('Removing what was made', null);
      for (const step of undo) step();
      throw error;
    }
  }

  #objections(spec: GuestSpec): Objection[] {
    const found: Objection[] = [];
    const object = (field: Objection['field'], severity: Objection['severity'], message: string, remedy: string | null = null): void => {
      found.push({ field, severity, message, remedy });
    };
    const load = this.#host.load();
    if ([...this.#host.guests.values()].some(({ guest }) => guest.name === spec.name)) {
      object('name', 'error', `There is already a guest named “${spec.name}”.`, 'Choose another name.');
    }
    if (spec.vcpus > vcpusMax) object('vcpus', 'error', `The host takes at most ${vcpusMax} CPUs a guest.`);
    else if (spec.vcpus > this.#host.facts.cpus) object('vcpus', 'warning', `The host has only ${this.#host.facts.cpus} CPUs.`);
    if (spec.memory > load.memory) object('memory', 'error', 'The host has less memory than that.', 'Give the guest less memory.');
    else if (spec.memory > load.memory - load.memoryUsed) object('memory', 'warning', 'The host has less memory free than that right now.');
    if (spec.disk !== null) {
      const { pool: name, size } = spec.disk;
      const pool = this.#host.pools.find((other) => other.name === name);
      if (pool === undefined) object('disk', 'error', `There is no pool named “${name}”.`, 'Choose another pool.');
      else if (!pool.active) object('disk', 'error', `The pool “${name}” is not active.`, 'Start the pool or choose another.');
      else if (size > pool.available) {
        object('disk', 'error', `The pool “${name}” has too little space for this disk.`, 'Make the disk smaller or choose another pool.');
      }
    }
    if (spec.network !== null) {
      const network = this.#host.networks.find((other) => other.name === spec.network);
      if (network === undefined) object('network', 'error', `There is no network named “${spec.network}”.`, 'Choose another network.');
      else if (!network.active)
        object('network', 'error', `The network “${network.name}” is not active.`, 'Start the network or choose another.');
    }
    return found;
  }

  async #makeDisk(name: string, wish: NonNullable<GuestSpec['disk']>, operation: Operation, undo: (() => void)[]): Promise<string> {
    for (let done = 0; done < 5; done++) {
      operation.report('Making the disk', done / 10);
      await pause(this.#host.delay, operation.signal);
    }
    await this.#host.reach('make-disk', operation.signal);
    this.#alive();
    const pool = this.#host.pools.find((other) => other.name === wish.pool);
    if (pool === undefined) throw new BackendError('not-found', `There is no pool named “${wish.pool}”.`);
    // A new qcow2 takes next to nothing: the host only remembers what it promised.
    pool.available -= wish.size;
    undo.unshift(() => {
      pool.available += wish.size;
    });
    return `${pool.path}/${name}.qcow2`;
  }

  #define(spec: GuestSpec, media: LocalFile, path: string | null): FakeGuest {
    const index = 1_000_000 + Math.floor(Math.random() * 1_000_000_000);
    const blank = { bus: 'virtio', format: 'qcow2', readOnly: false } as const;
    const disk: GuestDisk[] =
      path === null ? [] : [{ ...blank, target: 'vda', kind: 'disk', source: path, capacity: spec.disk?.size ?? null }];
    const drive: GuestDisk = {
      ...blank,
      target: 'sda',
      bus: 'sata',
      kind: 'cdrom',
      source: media.path,
      format: 'raw',
      capacity: null,
      readOnly: true,
    };
    const { name, vcpus, memory, os, firmware } = spec;
    const guest = new FakeGuest(
      { id: guestId(index), name, state: 'shut-off', persistent: true, autostart: false, saved: false, vcpus, memory },
      {
        title: null,
        description: null,
        os,
        virtualization: 'KVM',
        arch: 'x86_64',
        machine: 'pc-q35-7.2',
        firmware,
        cpuModel: 'host-passthrough',
        nics:
          spec.network === null ? [] : [{ mac: '52:54:00:fa:ce:01', model: 'virtio', source: `network ${spec.network}`, addresses: [] }],
      },
      [...disk, drive],
      { cpu: 0.5, memory: 0.4, disk: 6_000_000, net: 800_000, period: 12_000 },
    );
    this.#host.add(guest);
    return guest;
  }
}
