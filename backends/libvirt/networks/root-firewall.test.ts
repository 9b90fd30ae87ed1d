import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunProgram, runHere } from '../transport/run-program.ts';
import { readIptables } from './docker-rules.ts';
import { asRoot, type FirewallChange } from './root-firewall.ts';

let programs: string;
beforeEach(async () => {
  programs = await mkdtemp(join(tmpdir(), 'guesthouse-iptables-'));
});
afterEach(() => rm(programs, { recursive: true }));

const change: FirewallChange = {
  wish: 'let-through',
  rules: [
    { family: 'IPv4', bridge: 'virbr0' },
    { family: 'IPv6', bridge: 'virbr0' },
  ],
};

/** The script in a real shell, as root, with programs in place of the firewall's own. */
async function runWith(bodies: Readonly<Record<string, string>>): Promise<RunProgram> {
  const all = {
    id: 'echo 0',
    'iptables-restore': 'cat',
    'ip6tables-restore': 'cat',
    'iptables-save': ':',
    'ip6tables-save': ':',
    ...bodies,
  };
  for (const [name, body] of Object.entries(all)) {
    await writeFile(join(programs, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(programs, name), 0o755);
  }
  return runHere({ PATH: programs });
}

/** The rules of IPv4 can be put in, and not be taken back. */
const once = 'rules=$(cat); case "$rules" in *-D*) exit 1;; esac';

test.each([
  ['the first family is not taken', { 'iptables-restore': 'exit 1' }, /Nothing was changed/],
  ['the second is not taken, and the first goes back', { 'ip6tables-restore': 'exit 1' }, /Nothing was changed/],
  [
    'the second is not taken, and the first cannot go back',
    { 'ip6tables-restore': 'exit 1', 'iptables-restore': once },
    /could not be taken back/,
  ],
  ['the rules cannot be read after it', { 'iptables-save': 'exit 1' }, /was changed as you wished/],
  ['it is ended half-way', { 'ip6tables-restore': 'kill -9 $PPID' }, /is not known/],
] as const)('where %s, that is what is said', async (_what, bodies, words) => {
  const run = await runWith(bodies);
  await expect(asRoot(run, true, change)).rejects.toMatchObject({ code: 'invalid-state', message: expect.stringMatching(words) });
});

test('who only looked is told of no change', async () => {
  const failing = asRoot(await runWith({ 'iptables-save': 'exit 1' }), true, null);
  await expect(failing).rejects.toMatchObject({ message: 'The firewall’s rules could not be read.' });
});

test('without IPv6 the rules of IPv4 are read', async () => {
  const run = await runWith({ 'iptables-save': "printf '*filter\\n:DOCKER-USER - [0:0]\\nCOMMIT\\n'", 'ip6tables-save': 'exit 1' });
  const four = readIptables('*filter\n:DOCKER-USER - [0:0]\nCOMMIT\n');
  expect(await asRoot(run, true, null)).toEqual({ IPv4: four, IPv6: readIptables('') });
  expect(four).not.toEqual(readIptables(''));
});
