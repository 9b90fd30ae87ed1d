import { BackendError } from '../../errors.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import type { Session } from '../rpc/session.ts';
import type { Blocks } from './nbd-server.ts';

/** A file system is read in many small pieces near each other; a stream for each would take longer than the bytes. */
const BLOCK = 512 * 1024;
/** 64 MiB. */
const KEPT = 128;
const OPEN_MS = 30_000;

/**
 * A volume's file or device, byte for byte as it lies on the host, fetched in blocks as they are asked for: libvirt downloads any part of a
 * volume as whom the daemon is, so nobody here needs a right to the file. One block at a time, on one connection.
 */
export class VolumeBlocks implements Blocks {
  readonly size: number;
  readonly #host: LibvirtHost;
  readonly #vol: Volume;
  readonly #signal: AbortSignal;
  readonly #onFetched: (bytes: number) => void;
  /** The latest last. */
  readonly #kept = new Map<number, Promise<Buffer>>();
  #session: Promise<Session> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** `size` in bytes, of the file or device. */
  constructor(host: LibvirtHost, vol: Volume, { size, signal, onFetched }: VolumeBlocksOptions) {
    this.#host = host;
    this.#vol = vol;
    this.size = size;
    this.#signal = signal;
    this.#onFetched = onFetched;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const made = Buffer.alloc(length);
    for (let at = offset; at < offset + length;) {
      const index = Math.floor(at / BLOCK);
      const block = await this.#block(index);
      const from = at - index * BLOCK;
      const part = block.subarray(from, Math.min(from + offset + length - at, BLOCK));
      if (part.length === 0) throw new BackendError('protocol', 'The host has sent less of the disk than there is.');
      part.copy(made, at - offset);
      at += part.length;
    }
    return made;
  }

  close(): void {
    void this.#session?.then((session) => session.close()).catch(() => undefined);
    this.#session = null;
  }

  #block(index: number): Promise<Buffer> {
    const known = this.#kept.get(index);
    this.#kept.delete(index);
    const block = known ?? this.#inTurn(index);
    this.#kept.set(index, block);
    // What could not be read may be asked for again.
    block.catch(() => this.#kept.delete(index));
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    return block;
  }

  #inTurn(index: number): Promise<Buffer> {
    const block = this.#last.then(() => this.#fetch(index));
    this.#last = block.catch(() => undefined);
    return block;
  }

  async #fetch(index: number): Promise<Buffer> {
    this.#signal.throwIfAborted();
    const session = await (this.#session ??= this.#host.openSession());
    const offset = index * BLOCK;
    const length = Math.min(BLOCK, this.size - offset);
    const args = { vol: this.#vol, offset: BigInt(offset), length: BigInt(length), flags: 0 };
    const { stream } = await session.openStream(remote.storageVolDownload, args, { deadlineMs: OPEN_MS, signal: this.#signal });
    const block = Buffer.alloc(length);
    let had = 0;
    for await (const bytes of stream.bytes()) {
      if (had + bytes.length > length) throw new BackendError('protocol', 'The host has sent more of the disk than was asked for.');
      block.set(bytes, had);
      had += bytes.length;
      stream.giveBack(bytes);
    }
    this.#onFetched(had);
    return block.subarray(0, had);
  }
}

export interface VolumeBlocksOptions {
  readonly size: number;
  readonly signal: AbortSignal;
  onFetched(bytes: number): void;
}
