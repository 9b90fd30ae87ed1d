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

/**
 * Cuts a stream of bytes into packets. Knows no socket and no clock; holds no more than the bytes of one unfinished packet. With `pieces` the
 * data of streams is not held until a packet of it is complete: it comes as it was read, each piece with the packet's header, none empty but
 * that of an empty packet.
 */
export class PacketDecoder {
  readonly #pieces: boolean;
  #chunks: Buffer[] = [];
  #held = 0;
  /** So many bytes are needed to go on from those that are held. */
  #wanted = 0;
  /** The packet whose data has come in part, and how much of it is missing. */
  #begun: { readonly header: PacketHeader; readonly missing: number } | null = null;

  constructor({ pieces = false }: { readonly pieces?: boolean } = {}) {
    this.#pieces = pieces;
  }

  /** A packet has begun and is not complete. */
  get partial(): boolean {
    return this.#held > 0 || this.#begun !== null;
  }

  /** Yields the packets that `chunk` completes. Throws ProtocolFault where the bytes are no packets; it is of no use after that. */
  *push(chunk: Uint8Array): Generator<Packet, void, undefined> {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#begun !== null) {
      const payload = bytes.subarray(0, this.#begun.missing);
      bytes = bytes.subarray(payload.length);
      if (payload.length > 0) yield this.#piece(this.#begun.header, payload, this.#begun.missing);
    }
    if (this.#held > 0) {
      this.#chunks.push(bytes);
      this.#held += bytes.length;
      if (this.#held < this.#wanted) return;
      bytes = Buffer.concat(this.#chunks, this.#held);
    }
    let start = 0;
    while (start < bytes.length) {
      const left = bytes.length - start;
      const length = left < 4 ? 4 : lengthOf(bytes, start);
      const data = this.#pieces && left >= HEADER_LENGTH && isData(bytes, start);
      this.#wanted = left < HEADER_LENGTH ? Math.min(length, HEADER_LENGTH) : data ? HEADER_LENGTH + 1 : length;
      if (left >= length && left >= HEADER_LENGTH) {
        yield packetOf(bytes, start, length);
        start += length;
      } else if (data && left > HEADER_LENGTH) {
        const { payload, ...header } = packetOf(bytes, start, bytes.length - start);
        yield this.#piece(header, payload, length - HEADER_LENGTH);
        start = bytes.length;
      } else {
        break;
      }
    }
    this.#held = bytes.length - start;
    this.#chunks = this.#held > 0 ? [bytes.subarray(start)] : [];
  }

  #piece(header: PacketHeader, payload: Buffer, missing: number): Packet {
    this.#begun = payload.length < missing ? { header, missing: missing - payload.length } : null;
    return { ...header, payload };
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

const isData = (bytes: Buffer, start: number) =>
  bytes.readInt32BE(start + 16) === PacketType.stream && bytes.readInt32BE(start + 24) === PacketStatus.continue;

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
