/** The disc with the drivers that Windows lacks, as far as this computer has it. */
export interface DriverDisc {
  /** Null: it has none. */
  readonly name: string | null;
  readonly whereToGet: string;
}

/** Which disc with drivers is put in: the one that this computer has, another file, or a volume. */
export type DriverChoice =
  | { readonly kind: 'found' }
  | { readonly kind: 'file'; readonly token: string; readonly name: string }
  | { readonly kind: 'volume'; readonly pool: string; readonly name: string };
