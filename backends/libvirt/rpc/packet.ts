import { ProtocolFault } from './protocol-fault.ts';

// libvirt: src/rpc/virnetprotocol.x. The length word counts itself; the payload limit is 32 MiB.
export const HEADER_LENGTH = 28;
export const PACKET_LIMIT = 33_554_432 + 4;

export const PacketType = {
  call: 0,
  reply: 1,
  message: 2,
  stream: 3,
  callWithFds: 4,
  replyWithFds: 5,
  streamHole: 6,
} as const;

export const PacketStatus = { ok: 0, error: 1, continue: 2 } as const;

export interface PacketHeader {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

export interface Packet extends PacketHeader {
  /** May share memory with what the transport read: copy what outlives the packet. */
  readonly payload: Buffer;
}

/** Fills the first 28 bytes of `packet`, whose payload is in place; `more` payload bytes follow outside of it. */
export function writeHeader(packet: Buffer, header: PacketHeader, more = 0): void {
  packet.writeUInt32BE(packet.length + more, 0);
  packet.writeUInt32BE(header.program, 4);
  packet.writeUInt32BE(header.version, 8);
  packet.writeInt32BE(header.procedure, 12);
  packet.writeInt32BE(header.type, 16);
  packet.writeUInt32BE(header.serial, 20);
  packet.writeInt32BE(header.status, 24);
}

export function encodePacket(header: PacketHeader, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(HEADER_LENGTH + payload.length);
  packet.set(payload, HEADER_LENGTH);
  writeHeader(packet, header);
  return packet;
}

/** Cuts a stream of bytes into packets. Knows no socket and no clock; holds no more than the bytes of one unfinished packet. */
export class PacketDecoder {
  #chunks: Buffer[] = [];
  #held = 0;
  /** Length of the packet that has begun, 0 while its length word is not complete. */
  #length = 0;

  /** A packet has begun and is not complete. */
  get partial(): boolean {
    return this.#held > 0;
  }

  /** Yields the packets that `chunk` completes. Throws ProtocolFault where the bytes are no packets; it is of no use after that. */
  *push(chunk: Uint8Array): Generator<Packet, void, undefined> {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#held > 0) {
      this.#chunks.push(bytes);
      this.#held += bytes.length;
      if (this.#held < Math.max(4, this.#length)) return;
      if (this.#length === 0) this.#length = lengthOf(Buffer.concat(this.#chunks, 4));
      if (this.#held < this.#length) return;
      bytes = Buffer.concat(this.#chunks, this.#held);
    }
    let start = 0;
    this.#length = 0;
    while (bytes.length - start >= 4) {
      const length = lengthOf(bytes, start);
      if (bytes.length - start < length) {
        this.#length = length;
        break;
      }
      yield packetOf(bytes, start, length);
      start += length;
    }
    this.#held = bytes.length - start;
    this.#chunks = this.#held > 0 ? [bytes.subarray(start)] : [];
  }
}

function lengthOf(bytes: Buffer, start = 0): number {
  const length = bytes.readUInt32BE(start);
  if (length < HEADER_LENGTH || length > PACKET_LIMIT) {
    throw new ProtocolFault(`this is not a libvirt daemon: a packet of ${length} bytes${asText(bytes.subarray(start, start + 4))}`);
  }
  return length;
}

/** What a login script printed before the protocol reads as a length such as 1466264675: "Welc". */
function asText(word: Buffer): string {
  const text = word.toString('latin1');
  return /^[\t\r\n\x20-\x7e]{4}$/.test(text) ? ` (it sent the text ${JSON.stringify(text)}…)` : '';
}

function packetOf(bytes: Buffer, start: number, length: number): Packet {
  return {
    program: bytes.readUInt32BE(start + 4),
    version: bytes.readUInt32BE(start + 8),
    procedure: bytes.readInt32BE(start + 12),
    type: bytes.readInt32BE(start + 16),
    serial: bytes.readUInt32BE(start + 20),
    status: bytes.readInt32BE(start + 24),
    payload: bytes.subarray(start + HEADER_LENGTH, start + length),
  };
}
