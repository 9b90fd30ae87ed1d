import { describe, expect, test } from 'vitest';
import { type Codec, decode } from '../xdr/codec.ts';
import { XdrWriter } from '../xdr/cursor.ts';
import { XdrError } from '../xdr/xdr-error.ts';
import { charBytes, charText, uuid } from './objects.ts';
import { remote } from './remote.ts';
import { typedParameters } from './typed-parameter.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

describe('bytes as a daemon sends them', () => {
  test('a list with one domain', () => {
    const name = '00000004 74657374';
    const id = '6695eb01f6a4830479aa97f2502e193f';
    const reply = hex(`00000001 ${name} ${id} ffffffff 00000001`);
    expect(decode(remote.connectListAllDomains.result, reply)).toEqual({
      value: { domains: [{ name: 'test', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: -1 }], ret: 1 },
      trailing: 0,
    });
  });

  test('typed parameters of each type, both ways', () => {
    const parameters = [
      { field: 'state.state', type: 'int', value: -1 },
      { field: 'vcpu.current', type: 'uint', value: 4_294_967_295 },
      { field: 'a', type: 'llong', value: -5n },
      { field: 'cpu.time', type: 'ullong', value: 2n ** 64n - 1n },
      { field: 'ratio', type: 'double', value: 0.5 },
      { field: 'flag', type: 'boolean', value: true },
      { field: 'block.0.name', type: 'string', value: 'vda' },
    ] as const;
    const bytes = encode(typedParameters(16), parameters);
    expect(bytes.subarray(0, 28).toString('hex')).toBe(
      ['00000007', '0000000b', '73746174652e737461746500', '00000001', 'ffffffff'].join(''),
    );
    expect(decode(typedParameters(16), bytes)).toEqual({ value: parameters, trailing: 0 });
  });

  test('a parameter of a type that does not exist is refused', () => {
    expect(() => decode(typedParameters(16), hex('00000001 00000001 61000000 00000008 00000000'))).toThrow(/unknown type 8/);
  });

  test('characters take four bytes each and are signed', () => {
    expect(encode(charBytes(9), Buffer.from([1, 0xff])).toString('hex')).toBe('0000000200000001ffffffff');
    expect(decode(charBytes(9), hex('00000002 00000001 ffffffff')).value).toEqual(Buffer.from([1, 0xff]));
    expect(decode(charText(9), encode(charText(9), 'sélinux')).value).toBe('sélinux');
  });

  test('a fixed array of characters ends at its NUL', () => {
    const info = { model: 'x86_64', memory: 1n, cpus: 2, mhz: 3, nodes: 4, sockets: 5, cores: 6, threads: 7 };
    const bytes = encode(remote.nodeGetInfo.result, info);
    expect(bytes.length).toBe(32 * 4 + 8 + 6 * 4);
    expect(decode(remote.nodeGetInfo.result, bytes).value).toEqual(info);
  });

  test('a uuid is 16 bytes; what is none is not sent', () => {
    const text = '01234567-89ab-cdef-0011-2233445566ff';
    expect(encode(uuid, text).toString('hex')).toBe('0123456789abcdef00112233445566ff');
    expect(decode(uuid, encode(uuid, text)).value).toBe(text);
    expect(() => encode(uuid, 'guest-1')).toThrow(XdrError);
    expect(() => encode(uuid, `${text}00`)).toThrow(XdrError);
  });
});
