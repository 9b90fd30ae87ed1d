import type { GuestSpec, Objection } from '#model/guest-spec';
import type { HostId } from '#model/host';
import type { MediaReader } from '../backends/backend.ts';
import { facetOf } from './facet.ts';
import type { MediaTokens } from './media-tokens.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

interface Wish {
  readonly host: HostId;
  readonly spec: GuestSpec;
  readonly media: string;
  readonly operation: string;
}

/** Makes guests out of what the wizard sends: a specification and a token for the medium. */
export class GuestMaker {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #tokens: MediaTokens;
  readonly #media: MediaReader;

  constructor(registry: Registry, tasks: Tasks, tokens: MediaTokens, media: MediaReader) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#tokens = tokens;
    this.#media = media;
  }

  async check(window: number, host: HostId, spec: GuestSpec, token: string): Promise<Objection[]> {
    const file = this.#tokens.look(window, token);
    // A link, a device or another file may lie there by now.
    await this.#media.read(file);
    return facetOf(this.#registry.connection(host), 'creation').check(spec, file);
  }

  /** Starts the task whose id is `operation`; the same wish once more does nothing more. */
  create(window: number, { host, spec, media, operation: id }: Wish): void {
    const wish = JSON.stringify({ window, host, spec, media });
    if (this.#tasks.knows(id, wish)) return;
    const creation = facetOf(this.#registry.connection(host), 'creation');
    const { file, giveBack } = this.#tokens.use(window, media);
    const job = { id, wish, title: `Create “${spec.name}”`, host, guest: null, command: null, cancellable: true };
    const { result } = this.#tasks.run(job, async (operation) => {
      await this.#media.read(file);
      return { guest: await creation.create(spec, file, operation) };
    });
    result.catch(giveBack);
  }
}
