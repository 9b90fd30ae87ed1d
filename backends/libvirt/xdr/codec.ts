import { XdrReader, type XdrWriter } from './cursor.ts';
import { type Layout, smallestOf } from './layout.ts';
import { XdrError } from './xdr-error.ts';

/** One XDR type: how a value of T is read and written. Limits are part of the type, in bytes or items. */
export interface Codec<T> {
  readonly layout: Layout;
  read(reader: XdrReader): T;
  /** As `read`, pausing after each item of a list; where a type has none, `read` is all there is. */
  steps?(reader: XdrReader): Generator<void, T, undefined>;
  write(writer: XdrWriter, value: T): void;
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;

export const i32: Codec<number> = {
  layout: { kind: 'i32' },
  read: (reader) => reader.i32(),
  write: (writer, value) => writer.i32(value),
};

export const u32: Codec<number> = {
  layout: { kind: 'u32' },
  read: (reader) => reader.u32(),
  write: (writer, value) => writer.u32(value),
};

export const i64: Codec<bigint> = {
  layout: { kind: 'i64' },
  read: (reader) => reader.i64(),
  write: (writer, value) => writer.i64(value),
};

export const u64: Codec<bigint> = {
  layout: { kind: 'u64' },
  read: (reader) => reader.u64(),
  write: (writer, value) => writer.u64(value),
};

export const double: Codec<number> = {
  layout: { kind: 'f64' },
  read: (reader) => reader.f64(),
  write: (writer, value) => writer.f64(value),
};

export const bool: Codec<boolean> = {
  layout: { kind: 'bool' },
  read: (reader) => reader.bool(),
  write: (writer, value) => writer.i32(value ? 1 : 0),
};

/** A string of at most `limit` bytes; bytes that are no UTF-8 survive a round trip (utf8.ts). */
export const text = (limit: number): Codec<string> => ({
  layout: { kind: 'text', limit },
  read: (reader) => reader.text(limit),
  write: (writer, value) => writer.text(value, limit),
});

export const opaque = (limit: number): Codec<Uint8Array> => ({
  layout: { kind: 'opaque', limit },
  read: (reader) => reader.opaque(reader.count(limit, 1)),
  write(writer, value) {
    writer.count(value.length, limit);
    writer.opaque(value);
  },
});

export const fixedOpaque = (length: number): Codec<Uint8Array> => ({
  layout: { kind: 'fixed-opaque', length },
  read: (reader) => reader.opaque(length),
  write(writer, value) {
    if (value.length !== length) throw new XdrError(`${value.length} bytes where ${length} belong`);
    writer.opaque(value);
  },
});

export const optional = <T>(codec: Codec<T>): Codec<T | null> => ({
  layout: { kind: 'optional', of: codec.layout },
  read: (reader) => (reader.bool() ? codec.read(reader) : null),
  write(writer, value) {
    writer.i32(value === null ? 0 : 1);
    if (value !== null) codec.write(writer, value);
  },
});

export function array<T>(codec: Codec<T>, limit: number): Codec<readonly T[]> {
  const smallest = smallestOf(codec.layout);
  return {
    layout: { kind: 'array', of: codec.layout, limit },
    read(reader) {
      const count = reader.count(limit, smallest);
      const items: T[] = [];
      for (let index = 0; index < count; index++) items.push(codec.read(reader));
      return items;
    },
    *steps(reader) {
      const count = reader.count(limit, smallest);
      const items: T[] = [];
      for (let index = 0; index < count; index++) {
        items.push(codec.read(reader));
        yield;
      }
      return items;
    },
    write(writer, items) {
      writer.count(items.length, limit);
      for (const item of items) codec.write(writer, item);
    },
  };
}

type Fields = Readonly<Record<string, Codec<unknown>>>;
export type StructOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** A struct is its fields in the order in which they are declared. */
export function struct<F extends Fields>(fields: F): Codec<StructOf<F>>;
export function struct(fields: Fields): Codec<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(fields);
  // A copy has its shape at once; adding the fields one by one to an empty object takes twice the time.
  const template = Object.fromEntries(entries.map(([name]): [string, unknown] => [name, undefined]));
  return {
    layout: { kind: 'struct', fields: entries.map(([, codec]) => codec.layout) },
    read(reader) {
      const value = { ...template };
      for (const [name, codec] of entries) value[name] = codec.read(reader);
      return value;
    },
    *steps(reader) {
      const value = { ...template };
      for (const [name, codec] of entries) value[name] = codec.steps === undefined ? codec.read(reader) : yield* codec.steps(reader);
      return value;
    },
    write(writer, value) {
      for (const [name, codec] of entries) codec.write(writer, value[name]);
    },
  };
}

/** The type of a procedure without arguments or without a result. */
export const nothing = struct({});

export interface Decoded<T> {
  readonly value: T;
  /** Bytes left over after the value. */
  readonly trailing: number;
}

export function decode<T>(codec: Codec<T>, bytes: Uint8Array): Decoded<T> {
  const reader = new XdrReader(bytes);
  const value = codec.read(reader);
  return { value, trailing: reader.end() };
}
