import type { HardwareChange } from '#model/hardware';

/** What a form wishes, what it is called, and what becomes of the form once it is done. */
export interface Wished {
  readonly change: HardwareChange;
  readonly title: string;
  /** What would take it back; null where the window does not know enough for that. */
  readonly undo: HardwareChange | null;
  done(): void;
}
