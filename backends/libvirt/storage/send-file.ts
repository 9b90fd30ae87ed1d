import type { ImageSource } from '../../image-file.ts';
import type { Stream } from '../rpc/stream.ts';
import { SEND_QUEUE_LIMIT } from '../transport/transport.ts';

/** What is read and, where it holds data throughout, sent at a time. */
const CHUNK = 1024 * 1024;
/** Zeros are looked for in pieces of this size, as large as a cluster of qcow2. */
const GRAIN = 64 * 1024;
const ZEROS = Buffer.alloc(GRAIN);

export interface SendOptions {
  /** Zeros go as holes. Only onto what reads as zeros already: libvirt skips a hole in a file, and leaves there what was there. */
  readonly sparse: boolean;
  readonly signal: AbortSignal;
  /** So many bytes of the file are read and on their way. */
  onProgress(done: number): void;
}

/**
 * Sends the whole file down the stream, reading the next piece while the last one is on its way. The stream is not finished yet then.
 * Rejects as ImageFile.read and Stream.write do. Holds a few MiB, whatever the file's size and however slow the other side is.
 */
export async function sendFile(file: ImageSource, stream: Stream, { sparse, signal, onProgress }: SendOptions): Promise<void> {
  const { size } = file.image;
  const buffers = new SentBuffers();
  const read = async (start: number) => {
    const chunk = buffers.take().subarray(0, Math.min(CHUNK, size - start));
    await file.read(chunk, start);
    return chunk;
  };
  let hole = 0;
  const send = async (bytes: Uint8Array) => {
    if (hole > 0) await stream.hole(BigInt(hole));
    hole = 0;
    await stream.write(bytes);
    buffers.sent(bytes.length);
  };

  let next = size > 0 ? read(0) : null;
  for (let start = 0; next !== null;) {
    const chunk: Buffer = await next;
    signal.throwIfAborted();
    const end = start + chunk.length;
    next = end < size ? read(end) : null;
    // Awaited in the next round; should this one fail, nobody waits for it any more.
    next?.catch(() => undefined);
    const runs = sparse ? dataRuns(chunk) : [{ from: 0, to: chunk.length }];
    if (runs[0]?.to === chunk.length && runs[0].from === 0) {
      await send(chunk);
      buffers.giveBack(chunk);
    } else {
      let from = 0;
      for (const run of runs) {
        hole += run.from - from;
        from = run.to;
        // A copy, so that small pieces in the queue do not hold whole chunks.
        await send(Buffer.from(chunk.subarray(run.from, run.to)));
      }
      hole += chunk.length - from;
      buffers.giveBackUnsent(chunk);
    }
    start = end;
    onProgress(end);
  }
  if (hole > 0) await stream.hole(BigInt(hole));
}

/** Where a chunk holds anything but zeros, in steps of GRAIN. */
export function dataRuns(chunk: Buffer): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let from = 0; from < chunk.length; from += GRAIN) {
    const to = Math.min(from + GRAIN, chunk.length);
    if (chunk.compare(ZEROS, 0, to - from, from, to) === 0) continue;
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}

/**
 * Buffers that come back once the transport is done with them. It does not say when that is; but when `write` has resolved, less than
 * SEND_QUEUE_LIMIT is still queued, in order: what was followed by so much is gone.
 */
class SentBuffers {
  readonly #waiting: { readonly buffer: Buffer; readonly until: number }[] = [];
  readonly #free: Buffer[] = [];
  #sent = 0;

  take(): Buffer {
    const [oldest] = this.#waiting;
    if (oldest !== undefined && oldest.until <= this.#sent) {
      this.#waiting.shift();
      return oldest.buffer;
    }
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
  }

  sent(length: number): void {
    this.#sent += length;
  }

  giveBack(chunk: Buffer): void {
    this.#waiting.push({ buffer: whole(chunk), until: this.#sent + SEND_QUEUE_LIMIT });
  }

  giveBackUnsent(chunk: Buffer): void {
    this.#free.push(whole(chunk));
  }
}

/** A chunk may be the begin of its buffer only. */
const whole = (chunk: Buffer) => Buffer.from(chunk.buffer, 0, CHUNK);
