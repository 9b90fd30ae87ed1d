import type { PartFile } from '../../part-file.ts';
import { BackendError } from '../../errors.ts';
import type { Stream } from '../rpc/stream.ts';

export interface ReceiveOptions {
  /** More than that is not taken. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** So many bytes have come, holes included. */
  onProgress(done: number): void;
}

/** Writes all that comes down the stream; holes stay holes. Resolves to the size, when the daemon has said that this was all. */
export async function receiveFile(stream: Stream, file: PartFile, { limit, signal, onProgress }: ReceiveOptions): Promise<number> {
  let position = 0;
  for (let item = await stream.read(); item !== null; item = await stream.read()) {
    signal.throwIfAborted();
    const start = position;
    position += item.kind === 'hole' ? Number(item.length) : item.bytes.length;
    if (position > limit) throw new BackendError('protocol', `The host sends more than the ${limit} bytes that the volume has.`);
    if (item.kind === 'data') {
      const { bytes } = item;
      await file.write(bytes, start, () => stream.giveBack(bytes));
    }
    onProgress(position);
  }
  await stream.finish();
  return position;
}
