import { array, type Codec, i32, i64, opaque, optional, struct, text, u32, u64, type ValueOf } from '../xdr/codec.ts';
import type { XdrReader, XdrWriter } from '../xdr/cursor.ts';
import { XdrError } from '../xdr/xdr-error.ts';

// Limits and structs: libvirt, src/remote/remote_protocol.x (11.3.0). A list over its limit makes the daemon's reply an error.
export const STRING_MAX = 4_194_304;
export const LIST_MAX = 16_384;
export const NODE_DEVICES_MAX = 65_536;
/** Bytes of the set of CPUs of one vCPU, and of all vCPUs together. */
export const CPUMAP_MAX = 2048;
export const CPUMAPS_MAX = 8_388_608;
export const COOKIE_MAX = 4_194_304;
export const PEEK_MAX = 4_194_304;
export const SECRET_MAX = 65_536;
export const SASL_MAX = 65_536;

export const string = text(STRING_MAX);

/** 16 bytes, in the form that people and XML use: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx. */
export const uuid: Codec<string> = {
  layout: { kind: 'fixed-opaque', length: 16 },
  read(reader: XdrReader): string {
    for (let word = 0; word < 4; word++) {
      const bits = reader.u32();
      for (let byte = 0; byte < 4; byte++) {
        const at = UUID_DIGITS[word * 4 + byte] ?? 0;
        uuidText[at] = HEX[(bits >>> (28 - byte * 8)) & 15] ?? 0;
        uuidText[at + 1] = HEX[(bits >>> (24 - byte * 8)) & 15] ?? 0;
      }
    }
    return uuidText.toString('latin1');
  },
  write(writer: XdrWriter, value: string) {
    const bytes = Buffer.from(value.replaceAll('-', ''), 'hex');
    if (bytes.length !== 16) throw new XdrError(`${JSON.stringify(value)} is no UUID`);
    writer.opaque(bytes);
  },
};

// Lists of guests are mostly UUIDs: one flat string each, made in place, takes a third of the time of joined pieces.
const uuidText = Buffer.alloc(36, '-');
const UUID_DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const HEX = Buffer.from('0123456789abcdef');

/** What .x files call `char x<limit>`: an array of 4-byte integers, one for each byte, negative above 127. */
export const charBytes = (limit: number): Codec<Uint8Array> => ({
  layout: { kind: 'array', of: { kind: 'char' }, limit },
  read: (reader) => readChars(reader, reader.count(limit, 4)),
  write(writer, value) {
    writer.count(value.length, limit);
    for (const byte of value) writer.i32((byte << 24) >> 24);
  },
});

/** `charBytes` that hold text, which ends at a NUL. */
export function charText(limit: number): Codec<string> {
  const bytes = charBytes(limit);
  return {
    layout: bytes.layout,
    read: (reader) => textOf(bytes.read(reader)),
    write: (writer, value) => bytes.write(writer, Buffer.from(value, 'utf8')),
  };
}

/** `char x[length]`, filled up with NUL. */
export const fixedCharText = (length: number): Codec<string> => ({
  layout: { kind: 'fixed-array', of: { kind: 'char' }, length },
  read: (reader) => textOf(readChars(reader, length)),
  write(writer, value) {
    const bytes = Buffer.alloc(length);
    bytes.write(value, 'utf8');
    for (const byte of bytes) writer.i32((byte << 24) >> 24);
  },
});

function readChars(reader: XdrReader, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let index = 0; index < count; index++) bytes[index] = reader.i32();
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

/** The three by which a domain is known. `id` changes with each start and is -1 while it is off; QEMU looks at the uuid only. */
export const domain = struct({ name: string, uuid, id: i32 });
export type Domain = ValueOf<typeof domain>;
export const network = struct({ name: string, uuid });
export type Network = ValueOf<typeof network>;
export const networkPort = struct({ net: network, uuid });
export const pool = struct({ name: string, uuid });
export type Pool = ValueOf<typeof pool>;
export const volume = struct({ pool: string, name: string, key: string });
export type Volume = ValueOf<typeof volume>;
export const nwfilter = struct({ name: string, uuid });
export const nwfilterBinding = struct({ portdev: string, filtername: string });
export const hostInterface = struct({ name: string, mac: string });
export const nodeDevice = struct({ name: string });
export const secret = struct({ uuid, usageType: i32, usageId: string });
export const snapshot = struct({ name: string, dom: domain });
export const checkpoint = struct({ name: string, dom: domain });

export const vcpuInfo = struct({ number: u32, state: i32, cpuTime: u64, cpu: i32 });
/** `tag`: 0 swap_in, 1 swap_out, 2 major_fault, 3 minor_fault, 4 unused, 5 available, 6 actual_balloon, 7 rss, 8 usable, 9 last_update … */
export const domainMemoryStat = struct({ tag: i32, val: u64 });
/** `type`: 0 IPv4, 1 IPv6. */
const address = struct({ type: i32, addr: string, prefix: u32 });
export const domainInterface = struct({ name: string, hwaddr: optional(string), addrs: array(address, 2048) });
export const dhcpLease = struct({
  iface: string,
  /** Seconds since 1970. */
  expirytime: i64,
  type: i32,
  mac: optional(string),
  iaid: optional(string),
  ipaddr: string,
  prefix: u32,
  hostname: optional(string),
  clientid: optional(string),
});
export const filesystem = struct({ mountpoint: string, name: string, fstype: string, devAliases: array(string, 256) });
export const ioThread = struct({ iothreadId: u32, cpumap: opaque(CPUMAP_MAX) });
export const diskError = struct({ disk: string, error: i32 });
export const nodeStat = struct({ field: string, value: u64 });
export const graphicsAddress = struct({ family: i32, node: string, service: string });
export const graphicsIdentity = struct({ type: string, name: string });
export const securityLabel = struct({ label: charText(4097), enforcing: i32 });
