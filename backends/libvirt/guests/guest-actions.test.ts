import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandFor, guestWord, shellWord } from './guest-actions.ts';

const id = '6695eb01-f6a4-8304-79aa-97f2502e193f';
const line = (name: string) => commandFor('qemu:///system', { id, name }, 'start');

test('a plain name is left as it is', () => {
  expect(line('debian-12')).toBe('virsh -c qemu:///system start --domain debian-12');
  expect(commandFor('qemu:///session', { id, name: 'x' }, 'discard-save')).toBe('virsh -c qemu:///session managedsave-remove --domain x');
});

test.each(['two words', `it's`, '$(touch x)', '`id`', 'a;b', 'a&b', 'é', '~root', '*', '"', '\\', '!x'])(
  'the shell hands %j on as one word',
  (name) => {
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line(name)}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(words).toEqual(['virsh', '-c', 'qemu:///system', 'start', '--domain', name]);
  },
);

test.each(['7', '-rf', ' ', 'a\nb', 'a\u202Eb', 'a\u001B[2Jb'])('%j is called by its uuid', (name) => {
  expect(line(name)).toBe(`virsh -c qemu:///system start --domain ${id}`);
});

test('whatever stands in a name, path or value, the shell hands it on as the one word that it is, and shows what it is', () => {
  // As guests, ISO images, agents and pools call themselves: with ends of lines, of pastes and of quotes, and letters that turn others round.
  const nasty = fc.constantFrom(
    '\n',
    '\r',
    '\t',
    '\u001b[201~',
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    "'",
    '"',
    '\\',
    '$(id)',
    '`id`',
    ';',
    '-x',
    '\u0000',
  );
  const word = fc
    .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 8 })
    .map((parts) => parts.join('').replaceAll('\0', ''));
  const words = fc.sample(word, { numRuns: 400, seed: 6 });
  const line = words.map(shellWord).join(' ');
  const read = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  expect(read).toEqual(words);
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test('a guest is one word too, and never an option', () => {
  expect(guestWord({ uuid: id, name: "o'brien" })).toBe(`'o'\\''brien'`);
  for (const name of ['-h', '7', 'a\u202Eb']) expect(guestWord({ uuid: id, name })).toBe(id);
});
