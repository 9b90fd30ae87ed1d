import type { Domain } from '../protocol/objects.ts';

interface OneRun {
  readonly run: number;
  readonly typed: Map<string, string>;
}

/** What displays have accepted of a person, for as long as their guests run: never longer, and nowhere but in memory. */
export class DisplayPasswords {
  readonly #guests = new Map<string, OneRun>();

  /** Of the display `name`; null: nothing was typed for it since this start of its guest. */
  get({ uuid, id }: Domain, name: string): string | null {
    const known = this.#guests.get(uuid);
    return known?.run === id ? (known.typed.get(name) ?? null) : null;
  }

  set(dom: Domain, name: string, password: string | null): void {
    this.keepUp(dom);
    const known = this.#guests.get(dom.uuid) ?? { run: dom.id, typed: new Map<string, string>() };
    if (password === null) known.typed.delete(name);
    else known.typed.set(name, password);
    this.#guests.set(dom.uuid, known);
  }

  /** Forgets what was typed for another start of the guest. libvirt gives each a number of its own, and -1 to one that is off. */
  keepUp({ uuid, id }: Domain): void {
    if (this.#guests.get(uuid)?.run !== id) this.#guests.delete(uuid);
  }
}
