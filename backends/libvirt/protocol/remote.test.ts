import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Codec, decode } from '../xdr/codec.ts';
import { XdrWriter } from '../xdr/cursor.ts';
import { XdrError } from '../xdr/xdr-error.ts';
import { remoteError } from './errors.ts';
import { connectionEvents, domainEvents, networkEvents, nodeDeviceEvents, secretEvents, storagePoolEvents } from './events.ts';
import { charBytes, charText, uuid } from './objects.ts';
import { qemu } from './qemu.ts';
import { remote } from './remote.ts';
import { typedParameters } from './typed-parameter.ts';

/** Much work: a machine that does other things too may take long. */
const PATIENT = { timeout: 60_000 };

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

describe('the table', () => {
  const events = [domainEvents, networkEvents, storagePoolEvents, nodeDeviceEvents, secretEvents, connectionEvents].flatMap((table) =>
    Object.values(table),
  );

  test('has each number once and each line its name', () => {
    const numbers = [...Object.values(remote), ...events].map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(200);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(remote.domainGetXmlDesc.name).toBe('domainGetXmlDesc');
  });

  test('calls nothing a read that changes something', () => {
    const changing =
      /Set|Create|Define|Undefine|Destroy|Delete|Attach|Detach|Reset|Reboot|Shutdown|Suspend|Resume|Upload|Save$|Revert|Send/;
    const harmless =
      /^(domainGet|domainHas|connectGet|connectList|secretGet|storagePoolGet|networkGet|nodeGet|domainList|domainSnapshotGet)/;
    const wrong = Object.values(remote).filter(({ name, effect }) => effect === 'read' && changing.test(name) && !harmless.test(name));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  const codecs: [string, Codec<unknown>][] = [
    ...[...Object.values(remote), ...Object.values(qemu)].map((procedure): [string, Codec<unknown>] => [procedure.name, procedure.result]),
    ...events.map((event): [string, Codec<unknown>] => [event.name, event.payload]),
    ['error', remoteError],
  ];

  test('random bytes and hostile lengths decode or are refused, for every reply and event', PATIENT, () => {
    const word = fc.constantFrom(0, 1, 2, 7, 16, 4_194_304, 4_194_305, 0x7fffffff, 0x80000000, 0xffffffff);
    const words = fc.array(fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: fc.nat(2 ** 32 - 1) }), { maxLength: 30 });
    fc.assert(
      fc.property(words, fc.nat(3), (numbers, cut) => {
        const bytes = Buffer.alloc(numbers.length * 4);
        numbers.forEach((number, index) => bytes.writeUInt32BE(number, index * 4));
        for (const [name, codec] of codecs) {
          try {
            decode(codec, bytes.subarray(0, Math.max(0, bytes.length - cut)));
          } catch (error) {
            if (!(error instanceof XdrError)) throw new Error(`${name}: ${String(error)}`, { cause: error });
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

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
    const bytes = encode(typedParameters, parameters);
    expect(bytes.subarray(0, 28).toString('hex')).toBe(
      ['00000007', '0000000b', '73746174652e737461746500', '00000001', 'ffffffff'].join(''),
    );
    expect(decode(typedParameters, bytes)).toEqual({ value: parameters, trailing: 0 });
  });

  test('a parameter of a type that does not exist is refused', () => {
    expect(() => decode(typedParameters, hex('00000001 00000001 61000000 00000008 00000000'))).toThrow(/unknown type 8/);
  });

  test('characters take four bytes each and are signed', () => {
    expect(encode(charBytes, Buffer.from([1, 0xff])).toString('hex')).toBe('0000000200000001ffffffff');
    expect(decode(charBytes, hex('00000002 00000001 ffffffff')).value).toEqual(Buffer.from([1, 0xff]));
    expect(decode(charText, encode(charText, 'sélinux')).value).toBe('sélinux');
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
