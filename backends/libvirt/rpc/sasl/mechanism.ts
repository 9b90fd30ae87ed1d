import type { SecurityLayer } from './security-layer.ts';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/**
 * One way to log in, as a conversation (RFC 4422): it yields what is sent, null for nothing at all, and is given what the other side answers.
 * It returns once that side has proven itself as far as the mechanism lets it, with what wraps all that follows, null where nothing does.
 * Throws BackendError.
 */
export type Conversation = AsyncGenerator<Uint8Array | null, SecurityLayer | null, Uint8Array>;

/** Equal texts that differ in bytes, as keyboards and systems make them, become one. RFC 4013, without its checks. */
export function prepared(text: string): string {
  return text
    .replaceAll(/\p{Space_Separator}/gu, ' ')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC');
}
