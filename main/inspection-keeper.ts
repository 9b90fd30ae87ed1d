import type { GuestRef } from '#model/guest';
import type { Inspection, InspectionOutlook } from '#model/inspection';
import { BackendError } from '../backends/errors.ts';
import { facetOf } from './facet.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

interface Kept {
  readonly disks: string;
  readonly found: Inspection;
}

/** So many guests' findings are remembered: each may be megabytes. */
const KEPT = 20;

/** Looks into guests' disks when a person asks for it, and remembers what was found for as long as Guesthouse runs and the disks are the same. */
export class InspectionKeeper {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #kept = new Map<string, Kept>();
  /** The task of each guest that is looked into. */
  readonly #running = new Map<string, string>();

  constructor(registry: Registry, tasks: Tasks) {
    this.#registry = registry;
    this.#tasks = tasks;
  }

  async outlook({ host, id }: GuestRef): Promise<InspectionOutlook> {
    return this.#of(host).outlook(id);
  }

  async read(ref: GuestRef): Promise<{ found: Inspection | null; task: string | null }> {
    const kept = this.#kept.get(keyOf(ref));
    const task = this.#running.get(keyOf(ref)) ?? null;
    if (kept === undefined) return { found: null, task };
    if (kept.disks !== disksOf(await this.outlook(ref))) {
      this.#kept.delete(keyOf(ref));
      return { found: null, task };
    }
    return { found: kept.found, task };
  }

  async inspect(ref: GuestRef, id: string): Promise<void> {
    const key = keyOf(ref);
    const wish = `inspect ${key}`;
    if (this.#tasks.knows(id, wish)) return;
    if (this.#running.has(key)) throw new BackendError('busy', 'This guest’s disks are being looked into already.');
    const { name } = this.#registry.guest(ref);
    // Before anything is awaited, so that two clicks are one look.
    this.#running.set(key, id);
    try {
      const outlook = await this.outlook(ref);
      const job = {
        id,
        wish,
        title: `Look into the disks of “${name}”`,
        host: ref.host,
        guest: ref.id,
        command: outlook.command,
        cancellable: true,
      };
      const { result } = this.#tasks.run(job, async (operation) => {
        this.#keep(key, { disks: disksOf(outlook), found: await this.#of(ref.host).inspect(ref.id, operation) });
      });
      await result;
    } finally {
      this.#running.delete(key);
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
  }

  #of(host: GuestRef['host']) {
    return facetOf(this.#registry.connection(host), 'inspector');
  }
}

const keyOf = ({ host, id }: GuestRef): string => JSON.stringify([host, id]);
const disksOf = ({ disks }: InspectionOutlook): string => JSON.stringify(disks);
