import type { OrderedGuest, PlaceChange } from '#model/start-order';

/** Which guests are started one after another, kept with the guests themselves. */
export interface StartOrder {
  /** Those that have a place in it, in no order. */
  read(): Promise<OrderedGuest[]>;
  /** Rejects with 'conflict' where its place is not `was` any more, and then nothing was done. */
  set(change: PlaceChange): Promise<void>;
}
