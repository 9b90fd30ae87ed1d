import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The package that Debian's newest kernel is in; undefined on other systems.
 * @returns {Promise<string | undefined>}
 */
export async function debianKernel() {
  if (!existsSync('/usr/bin/apt-cache')) return undefined;
  const { stdout } = await run('apt-cache', ['depends', 'linux-image-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error('apt knows no linux-image-amd64; run apt-get update');
  return name;
}
