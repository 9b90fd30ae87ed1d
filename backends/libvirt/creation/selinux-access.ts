import { readFile, statfs } from 'node:fs/promises';

/** What of this computer decides it; in tests, others. */
export interface SelinuxFacts {
  /** A file as text, null where it is not there. */
  read(file: string): Promise<string | null>;
  /** The kind of file system that the file is on: its magic number (statfs(2)). */
  fileSystem(file: string): Promise<number>;
}

export const selinuxHere: SelinuxFacts = {
  read: (file) => readFile(file, 'utf8').catch(() => null),
  fileSystem: async (file) => (await statfs(file)).type,
};

/** File systems that keep no labels, with the switch of the policy that lets guests use them (virt_selinux(8)). */
const switches: ReadonlyMap<number, { readonly name: string; readonly boolean: string }> = new Map([
  [0x6969, { name: 'NFS', boolean: 'virt_use_nfs' }],
  [0xff53_4d42, { name: 'CIFS', boolean: 'virt_use_samba' }],
  [0xfe53_4d42, { name: 'SMB', boolean: 'virt_use_samba' }],
  [0x6573_5546, { name: 'FUSE', boolean: 'virt_use_fusefs' }],
]);

export interface SelinuxProblem {
  readonly fileSystem: string;
  readonly boolean: string;
}

/**
 * Whether SELinux keeps guests from the file. libvirt labels what a guest uses when it starts it (security_selinux.c), so only a file that can
 * have no label is in question: one on the network, or of a program. Null: nothing does, or it cannot be told.
 */
export async function findSelinuxProblem(file: string, facts: SelinuxFacts = selinuxHere): Promise<SelinuxProblem | null> {
  if ((await facts.read('/sys/fs/selinux/enforce'))?.trim() !== '1') return null;
  const kept = switches.get(await facts.fileSystem(file));
  if (kept === undefined) return null;
  // "current pending".
  const state = await facts.read(`/sys/fs/selinux/booleans/${kept.boolean}`);
  return state?.trim().startsWith('0') === true ? { fileSystem: kept.name, boolean: kept.boolean } : null;
}
