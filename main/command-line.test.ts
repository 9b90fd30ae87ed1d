import { expect, test } from 'vitest';
import { refusal } from './command-line.ts';

const USER = 1000;

test.each([
  '--no-sandbox',
  '-no-sandbox',
  '--disable-setuid-sandbox',
  '--disable-seccomp-filter-sandbox',
  '--disable-web-security',
  '--ignore-certificate-errors',
  '--ignore-certificate-errors-spki-list=x',
  '--load-extension=/tmp/x',
  '--host-rules=MAP * 127.0.0.1',
  '--renderer-cmd-prefix=sh',
])('%s is refused everywhere', (arg) => {
  expect(refusal(['--class=x', arg], false, USER)).toMatchObject({ exitCode: 2 });
  expect(refusal(['--class=x', arg], true, USER)).toMatchObject({ exitCode: 2 });
});

test.each([
  '--remote-debugging-port=9222',
  '--remote-debugging-pipe',
  '--inspect',
  '--inspect=0',
  '--inspect-brk',
  '--inspect-brk-node=0',
  '--js-flags=--x',
])('%s is for a checkout only', (arg) => {
  expect(refusal([arg], true, USER)).toMatchObject({ exitCode: 2 });
  expect(refusal([arg], false, USER)).toBeNull();
});

test('what desktops pass on is no reason to stay away', () => {
  const args = ['--ozone-platform-hint=auto', '--enable-features=WaylandWindowDecorations', '--class=guesthouse', '/home/me/x.iso', ''];
  expect(refusal(args, true, USER)).toBeNull();
});

test('root is refused, whatever the arguments', () => {
  expect(refusal([], true, 0)).toMatchObject({ exitCode: 3 });
  expect(refusal(['--no-sandbox'], false, 0)).toMatchObject({ exitCode: 3 });
  expect(refusal([], true, undefined)).toBeNull();
});

test('arguments that the first instance would choke on are refused', () => {
  expect(refusal(['x'.repeat(20_000)], true, USER)).toMatchObject({ exitCode: 2 });
  expect(
    refusal(
      Array.from({ length: 5000 }, () => 'abc'),
      true,
      USER,
    ),
  ).toMatchObject({ exitCode: 2 });
  expect(
    refusal(
      Array.from({ length: 100 }, () => '/home/me/x.iso'),
      true,
      USER,
    ),
  ).toBeNull();
});
