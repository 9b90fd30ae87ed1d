import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandFor } from './guest-actions.ts';

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
