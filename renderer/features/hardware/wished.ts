import type { HardwareChange } from '#model/hardware';

/** What a form wishes, what it is called, and what becomes of the form once it is done. */
export interface Wished {
  readonly change: HardwareChange;
  readonly title: string;
  /** False: the definition before it does not say enough to take it back. */
  readonly undoable: boolean;
  done(): void;
}
