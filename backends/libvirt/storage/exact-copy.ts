import type { ImageFormat } from '#model/disk-image';
import { BackendError } from '../../errors.ts';
import type { ImageSource } from '../../image-file.ts';
import type { Stream } from '../rpc/stream.ts';

const CHUNK = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK);

type Incoming = Pick<Stream, 'read' | 'giveBack' | 'finish'>;

interface StreamedFacts {
  readonly name: string;
  readonly format: ImageFormat;
  /** Of the file or device, and what of that is not a hole; bytes. */
  readonly size: number;
  readonly allocated: number;
}

/** A volume as an image to read from its begin to its end, and not otherwise: it comes down a stream. */
export class StreamedImage implements ImageSource {
  readonly image: ImageSource['image'];
  readonly allocated: number;
  readonly #stream: Incoming;
  #position = 0;
  #rest: { readonly bytes: Uint8Array; from: number } | null = null;
  #hole = 0;

  constructor(stream: Incoming, { name, format, size, allocated }: StreamedFacts) {
    this.#stream = stream;
    this.image = { name, format, size, capacity: size };
    this.allocated = allocated;
  }

  /** Rejects with 'protocol' where the host sends less than the volume has. */
  async read(buffer: Uint8Array, position: number): Promise<void> {
    if (position !== this.#position) throw new BackendError('internal', 'A stream cannot be read from another place.');
    for (let filled = 0; filled < buffer.length;) filled += await this.#take(buffer.subarray(filled));
    this.#position += buffer.length;
  }

  /** What was read is compared with what was written, from the first byte on: a change meanwhile shows there. */
  async assertUnchanged(): Promise<void> {}

  async #take(buffer: Uint8Array): Promise<number> {
    if (this.#hole > 0) {
      const length = Math.min(this.#hole, buffer.length);
      buffer.fill(0, 0, length);
      this.#hole -= length;
      return length;
    }
    if (this.#rest !== null) {
      const { bytes, from } = this.#rest;
      const length = Math.min(bytes.length - from, buffer.length);
      buffer.set(bytes.subarray(from, from + length));
      this.#rest.from += length;
      if (this.#rest.from === bytes.length) {
        this.#rest = null;
        this.#stream.giveBack(bytes);
      }
      return length;
    }
    const item = await this.#stream.read();
    if (item === null) throw new BackendError('protocol', `The host sent less than all of “${this.image.name}”.`);
    if (item.kind === 'hole') this.#hole = Number(item.length);
    else if (item.bytes.length > 0) this.#rest = { bytes: item.bytes, from: 0 };
    return 0;
  }
}

interface CompareOptions {
  readonly signal: AbortSignal;
  /** So many bytes are the same. */
  onProgress(done: number): void;
}

/** Reads a copy back and holds it against what it was made of. Rejects with 'protocol' where they differ in one byte. */
export async function assertSame(copy: Incoming, source: ImageSource, { signal, onProgress }: CompareOptions): Promise<void> {
  const { size, name } = source.image;
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  const different = () =>
    new BackendError('protocol', `The copy of “${name}” is not the same as “${name}”.`, {
      remedy: 'Let nothing write to it, and try again. Should it happen once more, check the disks and the memory of both computers.',
    });
  let position = 0;
  const compare = async (length: number, with_: (from: number, to: number) => Uint8Array) => {
    if (position + length > size) throw different();
    for (let from = 0; from < length; from += CHUNK) {
      signal.throwIfAborted();
      const to = Math.min(from + CHUNK, length);
      const original = buffer.subarray(0, to - from);
      await source.read(original, position);
      if (original.compare(with_(from, to)) !== 0) throw different();
      position += to - from;
      onProgress(position);
    }
  };
  for (let item = await copy.read(); item !== null; item = await copy.read()) {
    if (item.kind === 'hole') {
      await compare(Number(item.length), (from, to) => ZEROS.subarray(0, to - from));
    } else {
      const { bytes } = item;
      await compare(bytes.length, (from, to) => bytes.subarray(from, to));
      copy.giveBack(bytes);
    }
  }
  await copy.finish();
  if (position !== size) throw different();
  await source.assertUnchanged();
}
