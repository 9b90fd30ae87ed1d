import type { Guest, GuestChange } from '#model/guest';

/** The guests of one host as of change number `seq`. */
export interface GuestsSnapshot {
  readonly seq: number;
  readonly guests: readonly Guest[];
  /** When the connection that told this was lost, in milliseconds since 1970; null while it lives. What is here may be wrong since. */
  readonly lostAt: number | null;
}

export interface NumberedChange {
  readonly seq: number;
  readonly change: GuestChange;
}

/**
 * The list after some changes. Those that the list already holds (`seq` not above its own) are dropped, so that reading the list and
 * listening may race. Untouched guests stay the same objects; when nothing is new, so does the snapshot.
 */
export function applyChanges(snapshot: GuestsSnapshot, changes: readonly NumberedChange[]): GuestsSnapshot {
  const fresh = changes.filter((change) => change.seq > snapshot.seq);
  if (fresh.length === 0) return snapshot;
  const byId = new Map(snapshot.guests.map((guest) => [guest.id, guest]));
  let seq = snapshot.seq;
  for (const { seq: number, change } of fresh) {
    seq = Math.max(seq, number);
    if (change.kind === 'removed') byId.delete(change.id);
    else byId.set(change.guest.id, change.guest);
  }
  return { ...snapshot, seq, guests: [...byId.values()] };
}

export function applyChange(snapshot: GuestsSnapshot, change: NumberedChange): GuestsSnapshot {
  return applyChanges(snapshot, [change]);
}
