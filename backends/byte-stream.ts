/**
 * Bytes both ways between a console of a guest and whoever shows it. `read` yields until the other side ends; `write` resolves when the
 * bytes left this process, which is the back-pressure. `close` may be called at any time and more than once.
 */
export interface ByteStream {
  read(): AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
