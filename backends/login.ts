import { BackendError } from './errors.ts';

/** What a host, or the road to it, wants of the person before it lets them in. Prompts are foreign text: shown, never understood. */
export type LoginQuestion =
  /** Something typed that nobody else may see. `again`: what was typed before was not accepted. */
  | {
      readonly kind: 'secret';
      readonly what: 'password' | 'passphrase' | 'code' | 'pin' | 'answer';
      readonly prompt: string;
      readonly again?: boolean;
    }
  /** The name is a suggestion, which may be empty. */
  | { readonly kind: 'credentials'; readonly name: string; readonly realm: string | null; readonly again?: boolean }
  /** A host that was never seen before shows its key; `fingerprint` as ssh writes it: "SHA256:…". */
  | { readonly kind: 'host-key'; readonly host: string; readonly keyType: string; readonly fingerprint: string }
  /** Something to do elsewhere: touch a security key. It has no answer but giving up, and goes away by its signal. */
  | { readonly kind: 'notice'; readonly prompt: string };

export type LoginAnswer =
  | { readonly kind: 'refused' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'credentials'; readonly name: string; readonly password: string };

/**
 * Puts a question to the person. `signal` takes it back. 'refused' means that they gave up: the attempt ends as 'auth-cancelled'.
 * Rejects with BackendError where nobody can be asked; the attempt then ends with that error.
 */
export type AskLogin = (question: LoginQuestion, signal: AbortSignal) => Promise<LoginAnswer>;

/** For attempts that nobody has asked for: windows must not come out of nowhere. */
export const nobodyToAsk: AskLogin = async () => {
  throw new BackendError('auth-needed', 'The host wants you to log in.', { remedy: 'Connect to it, and answer what it asks.' });
};
