import type { ForeignImage } from '#model/foreign-image';
import type { GuestSource } from '#model/guest-source';
import type { GuestSpec, Media, OperatingSystem } from '#model/guest-spec';
import { recentMax, type RecentMedium } from '#model/recent-medium';
import type { LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Sources } from '../backends/sources/sources.ts';
import { originOf } from './guest-materials.ts';
import type { KeptFile } from './kept-file.ts';
import type { MediaTokens } from './media-tokens.ts';
import type { Questions } from './questions.ts';
import type { KeptMedium } from './recent-media-file.ts';

interface RecentServices {
  readonly kept: KeptFile<readonly KeptMedium[]>;
  readonly sources: Pick<Sources, 'findFile' | 'read' | 'inspectDisk'>;
  readonly tokens: MediaTokens;
  readonly questions: Questions;
  uuid(): string;
  log(line: string): void;
  /** Milliseconds since 1970. */
  now?(): number;
}

/** A file of the list, chosen once more: as main's dialog gives it. */
export type RecentChoice =
  | { readonly use: 'iso'; readonly token: string; readonly media: Media }
  | { readonly use: 'disk'; readonly token: string; readonly image: ForeignImage; readonly os: OperatingSystem | null };

/** Without an id, and when. */
type Used =
  | { readonly kind: 'file'; readonly use: 'iso' | 'disk'; readonly file: LocalFile }
  | { readonly kind: 'address'; readonly use: KeptMedium['use']; readonly url: string };

/**
 * What guests were made from, newest first. A window names an entry by its id and learns no path; what gets into the list was chosen in main's
 * dialog, or fetched with the person's consent, and a guest was really made from it: a page can neither put anything in nor name what is not in it.
 */
export class RecentMedia {
  readonly #services: RecentServices;

  constructor(services: RecentServices) {
    this.#services = services;
  }

  async list(): Promise<RecentMedium[]> {
    const all = await this.#services.kept.read();
    return all.map((one) => (one.kind === 'address' ? one : shown(one, all)));
  }

  /** Of a file. Rejects with 'not-found' for what is not in the list, 'bad-file' and 'timeout' for what cannot be used now. */
  async choose(window: number, id: string): Promise<RecentChoice> {
    const { kept, sources, tokens } = this.#services;
    const found = (await kept.read()).find((one) => one.id === id);
    if (found?.kind !== 'file') {
      throw new BackendError('not-found', 'This is not in the list of recent media any more.', { remedy: 'Choose the file again.' });
    }
    const { file } = await sources.findFile(found.path);
    if (found.use === 'iso') {
      const media = await sources.read(file);
      return { use: 'iso', token: tokens.issue(window, file, 'window'), media };
    }
    const disk = await sources.inspectDisk(file);
    return { use: 'disk', token: tokens.issue(window, file, 'window'), ...disk };
  }

  /** A file can be chosen and an address typed again, so nobody is asked about one of them. */
  async forget(id: string): Promise<void> {
    await this.#services.kept.change((before) => before.filter((one) => one.id !== id));
  }

  async clear(window: number): Promise<void> {
    await this.#services.questions.insist(window, {
      title: 'Clear the list of recent media?',
      message: ['All files and addresses that new guests were made from are taken off the list. The files themselves stay.'],
      choices: [],
      confirm: 'Clear',
      danger: false,
    });
    await this.#services.kept.change(() => []);
  }

  /** A guest was made from it. Never rejects: the guest is there, whatever becomes of the list. */
  async remember(spec: GuestSpec, chosen: ReadonlyMap<string, LocalFile>): Promise<void> {
    const { kept, sources, uuid, log, now = Date.now } = this.#services;
    const used = usedBy(spec.source, chosen);
    if (used === null) return;
    try {
      const entry: KeptMedium =
        used.kind === 'address'
          ? { ...used, id: uuid(), usedAt: now() }
          : {
              id: uuid(),
              usedAt: now(),
              kind: 'file',
              use: used.use,
              path: used.file.path,
              size: (await sources.findFile(used.file.path)).size,
            };
      await kept.change((before) => withNewest(before, entry));
    } catch (error) {
      log(`Not among the recent media: ${String(error)}`);
    }
  }
}

/** Null: nothing that would be chosen again. A disk that the guest got itself is that guest's, and one that was moved is gone. */
function usedBy(source: GuestSource, chosen: ReadonlyMap<string, LocalFile>): Used | null {
  if (source.kind === 'tree') return address('tree', source.url);
  if (source.kind !== 'iso' && source.kind !== 'disk' && source.kind !== 'cloud-image') return null;
  const use = source.kind === 'iso' ? 'iso' : 'disk';
  const origin = originOf(source);
  if (origin?.kind === 'url') return address(use, origin.url);
  if (origin?.kind !== 'file' || (source.kind === 'disk' && (source.into === null || source.move === true))) return null;
  const file = chosen.get(origin.token);
  return file === undefined ? null : { kind: 'file', use, file };
}

/** What is asked for after a "?" is often a key that opens the door for some hours: it would be of no use later, and is nothing to keep. */
const address = (use: KeptMedium['use'], url: string): Used | null => (/[?#]/.test(url) ? null : { kind: 'address', use, url });

function withNewest(before: readonly KeptMedium[], entry: KeptMedium): KeptMedium[] {
  const others = before.filter((one) => one.use !== entry.use || wordOf(one) !== wordOf(entry));
  const sort = (one: KeptMedium) => `${one.kind} ${one.use}`;
  const ofItsSort = others.filter((one) => sort(one) === sort(entry));
  const late = new Set(ofItsSort.slice(recentMax - 1));
  return [entry, ...others.filter((one) => !late.has(one))];
}

const wordOf = (one: KeptMedium): string => (one.kind === 'file' ? one.path : one.url);

/** One folder's name is enough, unless another file of that name lies in a folder of the same name. */
function shown({ path, ...rest }: Extract<KeptMedium, { kind: 'file' }>, all: readonly KeptMedium[]): RecentMedium {
  const parts = (of: string) => of.split('/').slice(1);
  const end = (of: string, count: number) =>
    parts(of)
      .slice(-1 - count)
      .join('/');
  const twin = all.some((one) => one.kind === 'file' && one.path !== path && end(one.path, 1) === end(path, 1));
  return {
    ...rest,
    name: end(path, 0),
    folder: parts(path)
      .slice(0, -1)
      .slice(twin ? -2 : -1)
      .join('/'),
  };
}
