import { expect, test } from 'vitest';
import { findSelinuxProblem, type SelinuxFacts } from './selinux-access.ts';

const NFS = 0x6969;
const EXT4 = 0xef53;
const facts = (files: Readonly<Record<string, string>>, fileSystem = NFS): SelinuxFacts => ({
  read: async (file) => files[file] ?? null,
  fileSystem: async () => fileSystem,
});
const enforce = { '/sys/fs/selinux/enforce': '1' };
const nfs = (state: string) => ({ '/sys/fs/selinux/booleans/virt_use_nfs': state });

test('only a file that can have no label, where the policy is enforced and its switch is off, is kept from guests', async () => {
  expect(await findSelinuxProblem('/a', facts({ ...enforce, ...nfs('0 0') }))).toEqual({ fileSystem: 'NFS', boolean: 'virt_use_nfs' });
  expect(await findSelinuxProblem('/a', facts({ ...enforce, ...nfs('1 1') }))).toBeNull();
  expect(await findSelinuxProblem('/a', facts({ ...enforce, ...nfs('0 0') }, EXT4))).toBeNull();
  expect(await findSelinuxProblem('/a', facts({ '/sys/fs/selinux/enforce': '0', ...nfs('0 0') }))).toBeNull();
  expect(await findSelinuxProblem('/a', facts(nfs('0 0')))).toBeNull();
});

test('this computer can be asked', async () => {
  await expect(findSelinuxProblem(import.meta.filename)).resolves.toBeDefined();
});
