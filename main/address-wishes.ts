import type { AddressWish, FileChoice } from '#contract/hosts';
import type { HostAddress } from '#model/host-address';
import { BackendError } from '../backends/errors.ts';
import { addressOf } from './host-uri.ts';
import { judgeAddress } from './address-rules.ts';
import type { Concern } from './address-rules.ts';
import { MediaTokens } from './media-tokens.ts';

export type LoginFileKind = 'ssh-key' | 'certificates';

/** What a window's wish comes to. */
export interface Resolved {
  readonly address: HostAddress;
  readonly concerns: readonly Concern[];
  /** The tokens that it took are used up; to be called when the address is kept. */
  spend(): void;
}

/** Turns what windows send into addresses: they hold tokens for files that a person chose, and can name no file. */
export class AddressWishes {
  readonly #tokens: Readonly<Record<LoginFileKind, MediaTokens>>;

  constructor(uuid: () => string, now?: () => number) {
    this.#tokens = { 'ssh-key': new MediaTokens(uuid, now, 'key'), certificates: new MediaTokens(uuid, now, 'folder with certificates') };
  }

  issue(window: number, what: LoginFileKind, path: string): string {
    return this.#tokens[what].issue(window, { path });
  }

  /** `kept`: the address of the host that the wish is about, if there is one. Throws 'bad-token', 'bad-uri', 'insecure' or 'bad-input'. */
  resolve(window: number, wish: AddressWish, kept: HostAddress | null): Resolved {
    const spent: (() => void)[] = [];
    const path = (what: LoginFileKind, choice: FileChoice, before: string | null): string | null => {
      if (choice.kind === 'none') return null;
      if (choice.kind === 'kept') {
        if (before === null) throw new BackendError('bad-token', 'There is no file that could be kept.', { remedy: 'Choose it.' });
        return before;
      }
      const { path: chosen } = this.#tokens[what].look(window, choice.token);
      spent.push(() => this.#tokens[what].use(window, choice.token));
      return chosen;
    };
    const address = addressFrom(wish, kept, path);
    const concerns = judgeAddress(address);
    return {
      // Judged as it was typed: the forms have no room for what has to be agreed to.
      address: address.road === 'uri' ? addressOf(address.uri) : address,
      concerns,
      spend: () => {
        for (const use of spent) use();
      },
    };
  }

  windowClosed(window: number): void {
    for (const tokens of Object.values(this.#tokens)) tokens.windowClosed(window);
  }
}

function addressFrom(
  wish: AddressWish,
  kept: HostAddress | null,
  path: (what: LoginFileKind, choice: FileChoice, before: string | null) => string | null,
): HostAddress {
  if (wish.road === 'ssh') return { ...wish, keyFile: path('ssh-key', wish.keyFile, kept?.road === 'ssh' ? kept.keyFile : null) };
  if (wish.road !== 'tls') return wish;
  return { ...wish, certificates: path('certificates', wish.certificates, kept?.road === 'tls' ? kept.certificates : null) };
}
