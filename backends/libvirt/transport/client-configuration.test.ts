import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import { resolveAddress } from './client-configuration.ts';

const FILE = '/home/me/.config/libvirt/libvirt.conf';

function resolve(text: string, { file = null, environment = {}, uid = 1000 }: Given = {}) {
  const read: string[] = [];
  const surroundings = { environment, uid, home: '/home/me', exists: () => false };
  const answer = resolveAddress(text, surroundings, async (path) => {
    read.push(path);
    return file;
  });
  return { answer, read };
}
interface Given {
  file?: string | null;
  environment?: Record<string, string>;
  uid?: number;
}

const example = `
# as libvirt ships it
#uri_default = "qemu:///system"
uri_aliases = [
  "hail=qemu+ssh://root@hail.cloud.example.com/system", # the big one
  'sleet=qemu+ssh://root@sleet/system',
]
uri_default = """qemu+ssh://fallback/system""" # three quotes
remote_mode = 1
`;

describe('an alias', () => {
  test('is what libvirt.conf says', async () => {
    expect(await resolve('hail', { file: example }).answer).toBe('qemu+ssh://root@hail.cloud.example.com/system');
    expect(await resolve(' sleet ', { file: example }).answer).toBe('qemu+ssh://root@sleet/system');
  });

  test('that is not there is told so, with the file that was read', async () => {
    for (const file of [example, '', null]) {
      await expect(resolve('snow', { file }).answer).rejects.toMatchObject({ code: 'bad-uri', reason: expect.stringContaining(FILE) });
    }
  });

  test("is root's in the machine's file, and a person's where XDG says", async () => {
    const { answer, read } = resolve('hail', { file: example, uid: 0 });
    await answer;
    expect(read).toEqual(['/etc/libvirt/libvirt.conf']);
    const moved = resolve('hail', { file: example, environment: { XDG_CONFIG_HOME: '/c' } });
    await moved.answer;
    expect(moved.read).toEqual(['/c/libvirt/libvirt.conf']);
  });
});

describe('no address at all', () => {
  test('is the default of the environment, of the file, or the daemon that needs no rights', async () => {
    expect(await resolve('', { file: example, environment: { LIBVIRT_DEFAULT_URI: 'test:///default' } }).answer).toBe('test:///default');
    expect(await resolve('  ', { file: example }).answer).toBe('qemu+ssh://fallback/system');
    expect(await resolve('', { file: example, environment: { LIBVIRT_DEFAULT_URI: '' } }).answer).toBe('qemu+ssh://fallback/system');
    expect(await resolve('').answer).toBe('qemu:///session');
    expect(await resolve('', { uid: 0 }).answer).toBe('qemu:///system');
  });
});

test('an address is left as it is, and a broken file is not even read for it', async () => {
  for (const text of ['qemu:///system', 'qemu+ssh://me@host/system', 'lxc://', 'a.b', 'x y']) {
    const { answer, read } = resolve(text, { file: 'rubbish' });
    expect(await answer).toBe(text);
    expect(read).toEqual([]);
  }
});

describe('a broken file', () => {
  test.each([
    ['rubbish', 1],
    ['\n\nuri_aliases = [ "a=b"', 3],
    ['uri_aliases = "a=b"', 1],
    ['a = 1\nuri_aliases = [ "ab" ]', 2],
    ['uri_aliases = [ "a=b" "c=d" ]', 1],
    ['uri_aliases = [ 1 ]', 1],
    ['a = 1 b = 2', 1],
    ['a = "x\ny"', 1],
    ['uri_default = 7', 1],
    ['a = \n1', 1],
    ['a 1', 1],
    ['= 1', 1],
    ['a = "1"\n%', 2],
    ['"a" = 1', 1],
  ])('%j is told with its line', async (file, line) => {
    await expect(resolve('a', { file }).answer).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining(`${FILE}, line ${line}:`),
    });
  });

  test('that cannot be read says why', async () => {
    const surroundings = { environment: {}, uid: 1, home: '/h', exists: () => false };
    const denied = resolveAddress('hail', surroundings, async () => {
      throw new Error('EACCES: permission denied');
    });
    await expect(denied).rejects.toMatchObject({ code: 'bad-file', reason: 'EACCES: permission denied' });
  });

  const piece = fc.constantFrom(
    'uri_aliases',
    'uri_default',
    '=',
    '[',
    ']',
    ',',
    '"',
    "'",
    '"""',
    '"a=b"',
    '#',
    '\n',
    ' ',
    '12',
    'x',
    '\u0000',
  );
  property.prop([
    fc.oneof(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    ),
  ])('never fails otherwise', async (file) => {
    const outcome = await resolve('a', { file }).answer.catch((error: unknown) => error);
    expect(typeof outcome === 'string' || (outcome instanceof BackendError && ['bad-uri', 'bad-file'].includes(outcome.code))).toBe(true);
  });
});
