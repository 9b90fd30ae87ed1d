import type { LanChange, LanOutlook } from '#model/lan-bridge';

/** A change of the host's own connection that is there, and goes back by itself unless it is kept. */
export interface LanTrial {
  /** The host's name for the way back. */
  readonly id: string;
  readonly change: LanChange;
  /** The host's addresses, with prefix lengths, where they are now. */
  readonly addresses: readonly string[];
}

export interface LanSteps {
  report(step: string, progress: number | null): void;
  readonly signal: AbortSignal;
}

/**
 * Bridges between a host's wired network and its guests. A host's own connection moves to the bridge, so every change is one that the host
 * takes back by itself when nobody says in time that it works: also when we, or the road to it, are gone.
 */
export interface LanBridges {
  /** Only looks. */
  look(): Promise<LanOutlook>;
  /**
   * Resolves when the host has its connection again, which it then keeps for `seconds` and no longer unless `keep` is called. When it rejects,
   * nothing was done or the host has gone back; over a connection that was lost, it does within a minute and a half.
   */
  begin(change: LanChange, seconds: number, steps: LanSteps): Promise<LanTrial>;
  /** Rejects with 'invalid-state' when the host has gone back already. */
  keep(trial: LanTrial): Promise<void>;
  /** As it was before. Nothing is done where the host has gone back already. */
  goBack(trial: LanTrial): Promise<void>;
  /** The same by hand, without the way back. */
  commandFor(change: LanChange): string;
}
