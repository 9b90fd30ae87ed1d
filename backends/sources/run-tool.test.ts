import { expect, test } from 'vitest';
import { BackendError } from '../errors.ts';
import { runTool } from './run-tool.ts';

const tool = (command: string) => ({ command, purpose: 'Trying this', package: 'some-package' });
const failure = async (command: string, ...words: string[]) => {
  const error = await runTool(tool(command), words).catch((reason: unknown) => reason);
  if (!(error instanceof BackendError)) throw new Error('it did not fail');
  return error;
};

test('what a program says is the answer, and it reads what it is given', async () => {
  expect(await runTool(tool('cat'), ['-'], { input: 'given' })).toBe('given');
});

test('a program that is not there is told with the package that has it', async () => {
  expect(await failure('guesthouse-no-such-program', 'word')).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('guesthouse-no-such-program'),
    remedy: expect.stringContaining('some-package'),
  });
});

test('a program that fails is told with its own words', async () => {
  expect(await failure('sh', '-c', 'echo so it is >&2; exit 127')).toMatchObject({ code: 'internal', reason: 'so it is' });
});

test('it is told by the kernel to end with us', async () => {
  const asked = 'import ctypes; n = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(n)); print(n.value)';
  expect((await runTool(tool('python3'), ['-c', asked])).trim()).toBe('9');
});
