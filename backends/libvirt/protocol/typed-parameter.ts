import { array, type Codec } from '../xdr/codec.ts';
import type { XdrReader, XdrWriter } from '../xdr/cursor.ts';
import { NameTable } from '../xdr/name-table.ts';
import { XdrError } from '../xdr/xdr-error.ts';
import { STRING_MAX } from './objects.ts';

/** A named value that carries its type: statistics and tunables. 64-bit values are bigint, counters of long-running guests leave 2^53. */
export type TypedParameter =
  | { readonly field: string; readonly type: 'int' | 'uint' | 'double'; readonly value: number }
  | { readonly field: string; readonly type: 'llong' | 'ullong'; readonly value: bigint }
  | { readonly field: string; readonly type: 'boolean'; readonly value: boolean }
  | { readonly field: string; readonly type: 'string'; readonly value: string };

// libvirt: include/libvirt/libvirt-common.h, virTypedParameterType
const INT = 1;
const UINT = 2;
const LLONG = 3;
const ULLONG = 4;
const DOUBLE = 5;
const BOOLEAN = 6;
const STRING = 7;

/** Field names are a few dozen words however many guests there are. One table serves all connections. */
const fields = new NameTable();

const typedParameter: Codec<TypedParameter> = {
  layout: {
    kind: 'struct',
    fields: [
      { kind: 'text', limit: STRING_MAX },
      {
        kind: 'union',
        cases: [
          [INT, { kind: 'i32' }],
          [UINT, { kind: 'u32' }],
          [LLONG, { kind: 'i64' }],
          [ULLONG, { kind: 'u64' }],
          [DOUBLE, { kind: 'f64' }],
          [BOOLEAN, { kind: 'bool' }],
          [STRING, { kind: 'text', limit: STRING_MAX }],
        ],
      },
    ],
  },
  read(reader: XdrReader): TypedParameter {
    const field = reader.name(STRING_MAX, fields);
    const type = reader.i32();
    switch (type) {
      case INT:
        return { field, type: 'int', value: reader.i32() };
      case UINT:
        return { field, type: 'uint', value: reader.u32() };
      case LLONG:
        return { field, type: 'llong', value: reader.i64() };
      case ULLONG:
        return { field, type: 'ullong', value: reader.u64() };
      case DOUBLE:
        return { field, type: 'double', value: reader.f64() };
      case BOOLEAN:
        return { field, type: 'boolean', value: reader.bool() };
      case STRING:
        return { field, type: 'string', value: reader.text(STRING_MAX) };
      default:
        throw new XdrError(`parameter ${field} has the unknown type ${type}`);
    }
  },
  write(writer: XdrWriter, parameter: TypedParameter): void {
    writer.text(parameter.field, STRING_MAX);
    switch (parameter.type) {
      case 'int':
        writer.i32(INT);
        return writer.i32(parameter.value);
      case 'uint':
        writer.i32(UINT);
        return writer.u32(parameter.value);
      case 'llong':
        writer.i32(LLONG);
        return writer.i64(parameter.value);
      case 'ullong':
        writer.i32(ULLONG);
        return writer.u64(parameter.value);
      case 'double':
        writer.i32(DOUBLE);
        return writer.f64(parameter.value);
      case 'boolean':
        writer.i32(BOOLEAN);
        return writer.i32(parameter.value ? 1 : 0);
      case 'string':
        writer.i32(STRING);
        return writer.text(parameter.value, STRING_MAX);
    }
  },
};

/** At most `limit` of them: each procedure has its own. */
export const typedParameters = (limit: number) => array(typedParameter, limit);
