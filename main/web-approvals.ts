import type { Questions } from './questions.ts';
import { BackendError } from '../backends/errors.ts';
import type { Sources } from '../backends/sources/sources.ts';

/**
 * Which web servers this computer may be sent to on behalf of a window. A window has no network of its own; without this question a page that
 * was taken over would have one through us. Servers that osinfo-db names need no answer; others are asked about once a run.
 */
export class WebApprovals {
  readonly #questions: Questions;
  readonly #sources: Pick<Sources, 'knowsWebHost'>;
  readonly #given = new Set<string>();

  constructor(questions: Questions, sources: Pick<Sources, 'knowsWebHost'>) {
    this.#questions = questions;
    this.#sources = sources;
  }

  /** Throws 'cancelled' unless the person agrees, now or earlier, and 'bad-uri' for what is no address of http or https. */
  async require(window: number, url: string): Promise<void> {
    const { origin, host } = webAddress(url);
    if (this.#given.has(origin) || (await this.#sources.knowsWebHost(host))) return;
    await this.#questions.insist(window, {
      title: 'Fetch from this address?',
      message: [`This computer will ask ${origin} for files. It is not one of the servers that osinfo-db knows.`],
      details: [{ label: 'Address', value: url, exact: false }],
      choices: [],
      confirm: 'Fetch',
      danger: false,
    });
    this.#given.add(origin);
  }
}

/** Throws 'bad-uri'. */
export function webAddress(url: string): URL {
  try {
    const parsed = new URL(url);
    if (/^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '') return parsed;
  } catch {
    // Told below, as any other address that is none.
  }
  throw new BackendError('bad-uri', 'This is no address to fetch from.', { remedy: 'Write one that begins with https:// or http://.' });
}
