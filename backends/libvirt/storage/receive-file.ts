import { setTimeout as sleep } from 'node:timers/promises';
import type { Note } from '../../backend.ts';
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

/** How long a person who has cancelled waits for a disk. */
const DISK_MS = 3000;
const STILL_THERE = ' What had come is still there, because the disk does not answer; it is removed when it does.';
const LEFT = ' What had come could not be removed.';

/** Removes what has come. Resolves to what to say of it: nothing, or that the disk keeps it. */
export function removePart(file: PartFile, note: Note): Promise<string> {
  const removal = file.discard().then(() => note.gone());
  const removed = removal.then(
    () => '',
    () => LEFT,
  );
  return Promise.race([removed, sleep(DISK_MS, STILL_THERE, { ref: false })]);
}
