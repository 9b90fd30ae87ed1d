/** Something of a host that is no guest, to read and define again. */
export interface OpenObject {
  readonly name: string;
  /** The same by hand, without "virsh". */
  readonly command: readonly string[];
  /** Why it cannot be defined again. */
  readonly fixed: string | null;
  /** Throws 'invalid-definition' for a text that is another's, or that would lose something. `base`: what it was. */
  requireSame(text: string, base: string): void;
  /** What is hidden in it; a network's and a pool's secrets are objects of their own. */
  readWhole?(): Promise<string>;
  /** The definition of its next start. */
  read(): Promise<string>;
  define(xml: string, flags: number): Promise<unknown>;
  isPersistent(): Promise<boolean>;
}
