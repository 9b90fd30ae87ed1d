/** What a log-in leaves behind to wrap all that follows. Each direction counts its frames: everything goes through, once, in order. */
export interface SecurityLayer {
  /** As many frames as it takes. */
  seal(plain: Uint8Array): Uint8Array;
  /** What `chunk`, in any chunking, completes. Throws for what the other side has not sealed; it is of no use after that. */
  open(chunk: Uint8Array): Uint8Array;
}
