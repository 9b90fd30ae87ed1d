import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool, type Tool } from './run-tool.ts';

/** Small files on a disc that a guest's first start reads. */
export interface Disc {
  /** By which its reader finds it: cidata, OEMDRV. */
  readonly label: string;
  readonly files: Readonly<Record<string, string>>;
}

// A program that Fedora and Debian keep, and that virt-install needs too. An ISO with Joliet and Rock Ridge is read by cloud-init, Anaconda and
// Windows' setup alike; a VFAT of mtools' would need a partition table for some of them. There is no kept library that writes either.
const xorriso: Tool = { command: 'xorriso', purpose: 'Making a disc for the guest', package: 'xorriso' };

/** Writes the disc to `to`, which must not be there; `folder` is a private one, and is left with the files in it. */
export async function makeDisc({ label, files }: Disc, folder: string, to: string, signal?: AbortSignal): Promise<void> {
  const content = join(folder, `${label}-files`);
  await mkdir(content, { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) await writeFile(join(content, name), text, { mode: 0o600, flag: 'wx' });
  const readable = ['-file-mode', '0444', '-dir-mode', '0555', '-uid', '0', '-gid', '0'];
  const args = ['-as', 'mkisofs', '-quiet', '-volid', label, '-joliet', '-rational-rock', ...readable, '-output', to, content];
  await runTool(xorriso, args, { signal });
}
