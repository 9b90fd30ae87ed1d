import type { NameTable } from './name-table.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import { XdrError } from './xdr-error.ts';

const padded = (length: number) => (length + 3) & ~3;

/** Reads XDR (RFC 4506) from front to back. Never reads past its bytes and allocates nothing that is not there. */
export class XdrReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  bool(): boolean {
    const value = this.i32();
    if (value !== 0 && value !== 1) throw new XdrError(`${value} is no boolean`);
    return value === 1;
  }

  /** A length or count: bounded by the type's limit and by what is left, where each item takes at least `smallest` bytes. */
  count(limit: number, smallest: number): number {
    const count = this.u32();
    if (count > limit) throw new XdrError(`length ${count} is over the limit of ${limit}`);
    if (count * smallest > this.remaining) throw new XdrError(`length ${count} is more than the ${this.remaining} bytes that are left`);
    return count;
  }

  /** A copy of `length` bytes: it may outlive the packet. */
  opaque(length: number): Uint8Array {
    const start = this.#take(padded(length));
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  /** `length` bytes as lower-case hexadecimal digits. */
  hex(length: number): string {
    const start = this.#take(padded(length));
    return this.#bytes.toString('hex', start, start + length);
  }

  text(limit: number): string {
    const length = this.count(limit, 1);
    const start = this.#take(padded(length));
    return decodeUtf8(this.#bytes, start, start + length);
  }

  /** As `text`, for strings out of a small vocabulary. */
  name(limit: number, table: NameTable): string {
    const length = this.count(limit, 1);
    return table.read(this.#bytes, this.#view, this.#take(padded(length)), length);
  }

  /** Ends the decoding; the number of bytes left over (a newer daemon may add fields). */
  end(): number {
    return this.remaining;
  }

  // Padding is not looked at: C's readers accept any, so do the daemon and we.
  #take(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) {
      throw new XdrError(`${length} bytes are wanted, ${this.#bytes.length - start} are left`);
    }
    this.#position = start + length;
    return start;
  }
}

/** Writes XDR into a buffer that grows; padding is zero. `reserve` bytes at the front are left for a header. */
export class XdrWriter {
  #bytes: Buffer;
  #length: number;

  constructor(reserve = 0) {
    this.#bytes = Buffer.alloc(Math.max(256, reserve));
    this.#length = reserve;
  }

  i32(value: number): void {
    if ((value | 0) !== value) throw new XdrError(`${value} is no 32-bit integer`);
    const start = this.#grow(4);
    this.#bytes.writeInt32BE(value, start);
  }

  u32(value: number): void {
    if (value >>> 0 !== value) throw new XdrError(`${value} is no unsigned 32-bit integer`);
    const start = this.#grow(4);
    this.#bytes.writeUInt32BE(value, start);
  }

  i64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new XdrError(`${value} is no 64-bit integer`);
    const start = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, start);
  }

  u64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new XdrError(`${value} is no unsigned 64-bit integer`);
    const start = this.#grow(8);
    this.#bytes.writeBigUInt64BE(value, start);
  }

  f64(value: number): void {
    const start = this.#grow(8);
    this.#bytes.writeDoubleBE(value, start);
  }

  count(count: number, limit: number): void {
    if (count > limit) throw new XdrError(`length ${count} is over the limit of ${limit}`);
    this.u32(count);
  }

  opaque(bytes: Uint8Array): void {
    const start = this.#grow(padded(bytes.length));
    this.#bytes.set(bytes, start);
  }

  text(text: string, limit: number): void {
    const bytes = encodeUtf8(text);
    this.count(bytes.length, limit);
    this.opaque(bytes);
  }

  /** All bytes from the reserved ones on. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Where `length` more bytes go. Replaces the buffer, so it comes before `#bytes` is read. */
  #grow(length: number): number {
    const start = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return start;
  }
}
