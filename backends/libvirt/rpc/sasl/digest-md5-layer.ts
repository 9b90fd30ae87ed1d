import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { rc4 } from './rc4.ts';
import type { SecurityLayer } from './security-layer.ts';

/** The largest frame that either side may send, without its length word. */
export const FRAME_MAX = 65_536;
const LENGTH_WORD = 4;
const CHECKSUM = 10;
/** Message type (always 1) and count. */
const TRAILER = 6;

const md5 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * RFC 2831, 2.4: a frame is its length, then the sealed message and checksum, then 0x0001 and the frame's number. `key` is H(A1);
 * `frameMax` the largest frame that the other side takes.
 */
export class DigestMd5Layer implements SecurityLayer {
  readonly #outward: (bytes: Uint8Array) => Uint8Array;
  readonly #inward: (bytes: Uint8Array) => Uint8Array;
  readonly #outwardSigning: Uint8Array;
  readonly #inwardSigning: Uint8Array;
  readonly #pieceMax: number;
  #sent = 0;
  #received = 0;
  #held: Uint8Array = Buffer.alloc(0);

  constructor(key: Uint8Array, frameMax: number, side: 'client' | 'server' = 'client') {
    const toServer = 'client-to-server';
    const toClient = 'server-to-client';
    const [out, back] = side === 'client' ? [toServer, toClient] : [toClient, toServer];
    this.#outwardSigning = md5(key, `Digest session key to ${out} signing key magic constant`);
    this.#inwardSigning = md5(key, `Digest session key to ${back} signing key magic constant`);
    this.#outward = rc4(md5(key, `Digest H(A1) to ${out} sealing key magic constant`));
    this.#inward = rc4(md5(key, `Digest H(A1) to ${back} sealing key magic constant`));
    this.#pieceMax = Math.min(frameMax, FRAME_MAX) - LENGTH_WORD - CHECKSUM - TRAILER;
  }

  seal(plain: Uint8Array): Uint8Array {
    const frames: Uint8Array[] = [];
    for (let start = 0; start < plain.length; start += this.#pieceMax)
      frames.push(...this.#frame(plain.subarray(start, start + this.#pieceMax)));
    return Buffer.concat(frames);
  }

  open(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.#held, chunk]);
    const opened: Uint8Array[] = [];
    let start = 0;
    while (bytes.length - start >= LENGTH_WORD) {
      const length = bytes.readUInt32BE(start);
      if (length > FRAME_MAX || length < CHECKSUM + TRAILER) throw new Error(`a sealed frame of ${length} bytes`);
      const end = start + LENGTH_WORD + length;
      if (end > bytes.length) break;
      opened.push(this.#unsealed(bytes.subarray(start + LENGTH_WORD, end)));
      start = end;
    }
    this.#held = bytes.subarray(start);
    return Buffer.concat(opened);
  }

  #frame(message: Uint8Array): Uint8Array[] {
    const count = word(this.#sent++);
    const sealed = this.#outward(Buffer.concat([message, checksum(this.#outwardSigning, count, message)]));
    return [word(sealed.length + TRAILER), sealed, Buffer.from([0, 1]), count];
  }

  #unsealed(frame: Buffer): Uint8Array {
    const count = word(this.#received++);
    const plain = this.#inward(frame.subarray(0, -TRAILER));
    const message = plain.subarray(0, -CHECKSUM);
    const intact =
      frame.subarray(-TRAILER).equals(Buffer.concat([Buffer.from([0, 1]), count])) &&
      timingSafeEqual(plain.subarray(-CHECKSUM), checksum(this.#inwardSigning, count, message));
    if (!intact) throw new Error('a sealed frame that was changed on the way');
    return message;
  }
}

function checksum(key: Uint8Array, count: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('md5', key).update(count).update(message).digest().subarray(0, CHECKSUM);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_WORD);
  bytes.writeUInt32BE(value);
  return bytes;
}
