import type { LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';

/** Milliseconds for which a chosen file stays chosen. */
export const tokenLife = 10 * 60_000;
const tokensMax = 32;

/** Who chose the file: the person in main's dialog just now, or the window from a list of what they had chosen earlier. */
export type ChosenBy = 'person' | 'window';

interface Choice {
  readonly window: number;
  readonly file: LocalFile;
  readonly by: ChosenBy;
  readonly until: number;
}

/** Stands between windows and paths: a window holds a token for a file that a person chose for it, and can name no other file. */
export class MediaTokens {
  readonly #choices = new Map<string, Choice>();
  readonly #uuid: () => string;
  readonly #now: () => number;
  readonly #what: string;

  /** `now` in milliseconds, never going back. `what` the files are, for the sentence that refuses a token. */
  constructor(uuid: () => string, now: () => number = () => performance.now(), what = 'installation medium') {
    this.#uuid = uuid;
    this.#now = now;
    this.#what = what;
  }

  issue(window: number, file: LocalFile, by: ChosenBy = 'person'): string {
    const own = [...this.#choices].filter(([, choice]) => choice.window === window);
    for (const [token] of own.slice(0, Math.max(0, own.length - tokensMax + 1))) this.#choices.delete(token);
    const token = this.#uuid();
    this.#choices.set(token, { window, file, by, until: this.#now() + tokenLife });
    return token;
  }

  /** The file, any number of times. Throws 'bad-token'. */
  look(window: number, token: string): LocalFile {
    return this.#find(window, token).file;
  }

  /** Throws 'bad-token'. */
  chosenBy(window: number, token: string): ChosenBy {
    return this.#find(window, token).by;
  }

  #find(window: number, token: string): Choice {
    const choice = this.#choices.get(token);
    if (choice === undefined || choice.window !== window || choice.until < this.#now()) {
      throw new BackendError('bad-token', `The ${this.#what} must be chosen again.`, {
        remedy: 'Choose the file once more; what you entered is kept.',
      });
    }
    return choice;
  }

  /**
   * The file, for the one use there is. When nothing came of that use, `giveBack` makes the token good again, so that a person whose disk
   * was full need not look for the file a second time. Throws 'bad-token'.
   */
  use(window: number, token: string): { file: LocalFile; giveBack(): void } {
    const choice = this.#find(window, token);
    this.#choices.delete(token);
    return {
      file: choice.file,
      giveBack: () => {
        this.#choices.set(token, { ...choice, until: this.#now() + tokenLife });
      },
    };
  }

  windowClosed(window: number): void {
    for (const [token, choice] of this.#choices) if (choice.window === window) this.#choices.delete(token);
  }
}
