import type { GuestId } from '#model/guest';
import type { HostDevice } from '#model/host-device';
import type { GuestObjectKind, HostObject, ObjectKind } from '#model/inventory';
import type { Inventory } from '../backend.ts';
import type { FakeHost, FakeStep } from './fake-host.ts';
import { hostDevicesOf } from './fake-host-devices.ts';
import { seedSnapshots } from './seed-objects.ts';

/** What a fake host has besides its guests. */
export class FakeInventory implements Inventory {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async list(kind: ObjectKind): Promise<HostObject[]> {
    await this.#reach('devices');
    if (kind === 'pools') {
      return this.#host.pools.map(({ name, active, kind: type, path }) =>
        summary(name, { active, persistent: true, autostart: active, detail: path === null ? type : `${type}, ${path}` }),
      );
    }
    if (kind === 'networks') {
      return this.#host.networks.map(({ name, active, persistent, autostart, forward, bridge }) =>
        summary(name, { active, persistent, autostart, detail: bridge === null ? forward : `${forward}, ${bridge}` }),
      );
    }
    return [...(this.#host.objects.get(kind) ?? [])];
  }

  async hardware(): Promise<HostDevice[]> {
    await this.#reach('devices');
    return hostDevicesOf(this.#host);
  }

  async ofGuest(id: GuestId, kind: GuestObjectKind): Promise<HostObject[]> {
    await this.#reach();
    const { base } = this.#host.find(id);
    return kind === 'snapshots' && base !== null ? [...seedSnapshots] : [];
  }

  async #reach(step: FakeStep = 'describe'): Promise<void> {
    this.#alive();
    await this.#host.reach(step);
    this.#alive();
  }
}

const summary = (name: string, more: Pick<HostObject, 'active' | 'persistent' | 'autostart' | 'detail'>): HostObject => ({
  id: name,
  name,
  parent: null,
  ...more,
});
