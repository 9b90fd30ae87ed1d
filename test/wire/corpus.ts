import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Codec, decode } from '../../backends/libvirt/xdr/codec.ts';
import { XdrWriter } from '../../backends/libvirt/xdr/cursor.ts';
import { XdrError } from '../../backends/libvirt/xdr/xdr-error.ts';
import { codecs } from './whole-protocol.ts';

/** Packets that once did harm, or could have. Each is a file of two lines: the type that it was read as, and its bytes in hexadecimal. */
const FOLDER = fileURLToPath(new URL('../corpus', import.meta.url));

export interface Case {
  readonly type: string;
  readonly bytes: Buffer;
}

export function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

/** Throws where decoding does anything but return a value, which can be sent again as it is, or refuse the bytes. */
export function survive({ type, bytes }: Case): 'decoded' | 'refused' {
  const codec = codecs.get(type);
  if (codec === undefined) throw new Error(`there is no type ${type}`);
  const started = performance.now();
  const outcome = read(codec, bytes);
  const took = performance.now() - started;
  // Far above what a few hundred bytes take, even while the machine is busy with other things.
  if (took > 2000) throw new Error(`${bytes.length} bytes took ${Math.round(took)} ms`);
  return outcome;
}

function read(codec: Codec<unknown>, bytes: Buffer): 'decoded' | 'refused' {
  try {
    const { value, trailing } = decode(codec, bytes);
    if (trailing < 0 || trailing > bytes.length) throw new Error(`${trailing} bytes left over of ${bytes.length}`);
    decode(codec, encode(codec, value));
    return 'decoded';
  } catch (error) {
    if (!(error instanceof XdrError)) throw error;
    return 'refused';
  }
}

/** As `survive`; a case that fails stays as a file, which is tried again by every later run. */
export function tryOut(each: Case): 'decoded' | 'refused' {
  try {
    return survive(each);
  } catch (error) {
    const text = `${each.type}\n${each.bytes.toString('hex')}\n`;
    const name = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.txt`;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${FOLDER}/${name}`, text);
    throw new Error(`${each.type}: ${String(error)}; kept as test/corpus/${name}`, { cause: error });
  }
}

export function corpus(): readonly (readonly [file: string, Case])[] {
  return readdirSync(FOLDER).map((file) => {
    const [type = '', hex = ''] = readFileSync(`${FOLDER}/${file}`, 'utf8').split('\n');
    return [file, { type, bytes: Buffer.from(hex, 'hex') }] as const;
  });
}
