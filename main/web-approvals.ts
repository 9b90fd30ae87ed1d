import type { Questions } from './questions.ts';
import { BackendError } from '../backends/errors.ts';
import type { Sources } from '../backends/sources/sources.ts';

type WebKnowledge = Pick<Sources, 'knowsWebOrigin' | 'webPlace' | 'agreeToPrivate'>;

/**
 * Which web servers this computer may be sent to on behalf of a window. A window has no network of its own; without this question a page that
 * was taken over would have one through us. Servers that osinfo-db names need no answer; others are asked about once a run.
 */
export class WebApprovals {
  readonly #questions: Questions;
  readonly #sources: WebKnowledge;
  readonly #given = new Set<string>();
  /** Questions that are open, by their windows and servers. */
  readonly #open = new Map<string, Promise<void>>();

  constructor(questions: Questions, sources: WebKnowledge) {
    this.#questions = questions;
    this.#sources = sources;
  }

  /** Throws 'cancelled' unless the person agrees, now or earlier, and 'bad-uri' for what is no address of http or https. */
  async require(window: number, url: string): Promise<void> {
    const address = webAddress(url);
    const { origin } = address;
    if (this.#given.has(origin)) return;
    // A window may want several things of a server at once: it is asked about one time, and that answers all of them.
    const key = `${window} ${origin}`;
    const open = this.#open.get(key) ?? this.#ask(window, address, url).finally(() => this.#open.delete(key));
    this.#open.set(key, open);
    await open;
  }

  async #ask(window: number, address: URL, url: string): Promise<void> {
    const { origin, hostname } = address;
    const place = await this.#sources.webPlace(address);
    const known = await this.#sources.knowsWebOrigin(origin);
    if (known && place === 'far') return;
    await this.#questions.insist(window, {
      title: 'Fetch from this address?',
      message: [
        `${origin} will be asked for files. ${known ? '' : 'It is not one of the servers that osinfo-db knows. '}${whereWords[place]}`.trim(),
      ],
      details: [{ label: 'Address', value: url, exact: false }],
      choices: [],
      confirm: 'Fetch',
      danger: false,
    });
    if (place === 'near') this.#sources.agreeToPrivate(hostname);
    this.#given.add(origin);
  }
}

const whereWords = {
  far: '',
  near: 'It is a computer of a private network, such as your own or your company’s.',
  here: 'It is the very computer that asks.',
};

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
