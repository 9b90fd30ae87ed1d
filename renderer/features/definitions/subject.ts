import type { DefinitionOutcome, DefinitionWish } from '#model/definition';
import type { GuestRef } from '#model/guest';
import type { Permission } from '#model/guest-action';
import type { SchemaKind } from '#model/schema';

/** Whose draft it is. */
export interface DraftOf {
  /** Of its page: no two things have the same. */
  readonly address: string;
  /** Main remembers what is typed into guests' definitions; null: it is none. */
  readonly guest: GuestRef | null;
}

/** What has a definition. */
export interface Subject extends DraftOf {
  readonly kind: SchemaKind;
  readonly permission: Permission;
  /** When a change counts, as a sentence. */
  readonly effect: string;
  /** The same by hand; null while it is not known. */
  readonly command: string | null;
  define(wish: DefinitionWish, operation: string): Promise<DefinitionOutcome>;
}
