import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Askpass, type AskpassQuestion, openAskpass } from './askpass.ts';

let directory: string;
let askpass: Askpass;
let asked: AskpassQuestion[];
let answer: (question: AskpassQuestion) => Promise<string | null>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guesthouse-askpass-'));
  asked = [];
  askpass = await openAskpass(directory, (question) => {
    asked.push(question);
    return answer(question);
  });
});
afterEach(async () => {
  askpass.close();
  await rm(directory, { recursive: true });
});

/** As ssh starts it. */
function ask(prompt: string, hint?: string) {
  const child = spawn(askpass.script, [prompt], {
    env: { PATH: process.env['PATH'], ...(hint === undefined ? {} : { SSH_ASKPASS_PROMPT: hint }) },
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => child.once('close', (code) => resolve({ code, output })));
  return { child, ended };
}

test('brings the prompt to us and the answer back, whatever characters they have', async () => {
  const secret = `  it's "$HOME" \\n \`x\` -n %s é`;
  const prompt = `-n two\nlines '%s' \\t`;
  answer = async () => secret;
  expect(await ask(prompt).ended).toEqual({ code: 0, output: `${secret}\n` });
  expect(asked).toMatchObject([{ kind: 'text', text: prompt }]);
});

test('no answer is a failure, as ssh expects it', async () => {
  answer = async () => null;
  expect(await ask('yes?', 'confirm').ended).toEqual({ code: 1, output: '' });
  expect(asked).toMatchObject([{ kind: 'confirm' }]);
});

test('several at once get each its own answer, and leave nothing', async () => {
  answer = async ({ text }) => `to ${text}`;
  const results = await Promise.all(['a', 'b', 'c'].map((text) => ask(text).ended));
  expect(results.map(({ output }) => output)).toEqual(['to a\n', 'to b\n', 'to c\n']);
  expect(new Set(await readdir(directory))).toEqual(new Set(['askpass', 'bell']));
});

test('a notice stays until ssh ends it', async () => {
  answer = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
  const { child, ended } = ask('Confirm user presence', 'none');
  await expect.poll(() => asked.length, { timeout: 5000 }).toBe(1);
  expect(asked[0]?.signal.aborted).toBe(false);
  child.kill();
  await ended;
  await expect.poll(() => asked[0]?.signal.aborted, { timeout: 5000 }).toBe(true);
  expect(new Set(await readdir(directory))).toEqual(new Set(['askpass', 'bell']));
});

test('an answer that comes too late is dropped, not written anywhere', async () => {
  let late: (secret: string) => void = () => undefined;
  answer = () => new Promise((resolve) => (late = resolve));
  const { child, ended } = ask('Password:');
  await expect.poll(() => asked.length, { timeout: 5000 }).toBe(1);
  child.kill();
  await ended;
  late('secret');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(new Set(await readdir(directory))).toEqual(new Set(['askpass', 'bell']));
});
