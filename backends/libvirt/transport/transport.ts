/** What a transport tells its one listener. Never called before `start`, and nothing after `onClose`. */
export interface TransportListener {
  /** Bytes as they came, in any chunking. They belong to the listener until it gives them back. */
  onData(chunk: Uint8Array): void;
  /** Less than SEND_QUEUE_LIMIT is waiting again after `send` returned false. */
  onDrain(): void;
  /** The other side ended it (null) or it failed; a BackendError is for the person as it is. Not called for our own `close`. */
  onClose(error: Error | null): void;
}

/** How many bytes may wait in this process before `send` asks for patience. */
export const SEND_QUEUE_LIMIT = 4 * 1024 * 1024;

/** A connected pair of byte queues. Knows nothing of packets. */
export interface Transport {
  /** Begins to deliver. Called once. */
  start(listener: TransportListener): void;
  /** Queues `head`, then `body`, which must not be changed until they are gone. False: wait for `onDrain` before sending more. */
  send(head: Uint8Array, body?: Uint8Array): boolean;
  /** Stops reading, so that the other side feels it. */
  pause(): void;
  resume(): void;
  /**
   * For bulk data: `bytes`, a part of what was delivered, and all that was delivered before it is not looked at any more, and its memory may
   * be written to.
   */
  giveBack?(bytes: Uint8Array): void;
  /** Drops the connection at once. */
  close(): void;
}
