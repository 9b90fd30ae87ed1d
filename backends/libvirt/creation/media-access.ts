import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { LocalFile } from '../../backend.ts';
import { shellWord } from '../guests/guest-actions.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { findSelinuxProblem, type SelinuxProblem } from './selinux-access.ts';
import { attribute, child, children, path, text, textAt, type XmlElement } from '../xml/document.ts';

const run = promisify(execFile);

/** Whom the hypervisor runs guests as, numerically. */
export interface RunsAs {
  readonly uid: number;
  readonly gid: number;
}

/** From the capabilities: libvirt's DAC driver says "+uid:+gid" of each kind of guest. Null where it does not say. */
export function runsAsOf(capabilities: XmlElement, type: string): RunsAs | null {
  const dac = children(child(capabilities, 'host'), 'secmodel').find((model) => textAt(model, 'model') === 'dac') ?? null;
  const label = children(dac, 'baselabel').find((each) => attribute(each, 'type') === type) ?? path(dac, 'baselabel');
  const match = /^\+?(\d+):\+?(\d+)$/.exec(text(label));
  return match === null ? null : { uid: Number(match[1]), gid: Number(match[2]) };
}

interface Permissions {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/**
 * Whether `who` may do what `bits` (1 enter, 4 read) stand for; 'maybe' where an access control list or a further group can permit it: both
 * show in the group's bits, which are the list's mask.
 */
export function permits({ uid, gid, mode }: Permissions, who: RunsAs, bits: number): 'yes' | 'no' | 'maybe' {
  if (who.uid === 0) return 'yes';
  if (uid === who.uid) return (mode & (bits << 6)) !== 0 ? 'yes' : 'no';
  if ((mode & bits) !== 0) return 'yes';
  if ((mode & (bits << 3)) === 0) return 'no';
  return gid === who.gid ? 'yes' : 'maybe';
}

/** What the hypervisor's user lacks on the way to a file, and how to give it: `setfacl` needs no more than to own the folder. */
export interface AccessProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly remedy: string;
  /** Words of a command that mends it; null: none of ours does. */
  readonly grant: readonly string[] | null;
}

/**
 * What keeps the hypervisor on this computer from reading the file, found without trying. `file` must be resolved (realpath). libvirt hands
 * a guest's files over to the hypervisor's user when it starts it (dynamic ownership), but never folders.
 */
export async function findAccessProblems(file: string, who: RunsAs): Promise<AccessProblem[]> {
  const problems = await findFolderProblems(dirname(file), who);
  if (problems.length === 0 && permits(await stat(file), who, constants.R_OK) === 'no') {
    problems.push({
      severity: 'warning',
      message: `The image is not readable for the hypervisor's user; libvirt will have to make that user its owner.`,
      remedy: `Make it readable for all: chmod a+r ${shellWord(file)}`,
      grant: null,
    });
  }
  return problems;
}

/** The same of a folder, and of those that it lies in: whatever file will be in it. */
async function findFolderProblems(inner: string, who: RunsAs): Promise<AccessProblem[]> {
  const problems: AccessProblem[] = [];
  const user = await nameOf(who.uid);
  for (const folder of upTo(inner)) {
    const verdict = permits(await stat(folder), who, constants.X_OK);
    if (verdict === 'yes' || (verdict === 'maybe' && (await listed(folder, who.uid)))) continue;
    const grant = ['setfacl', '-m', `u:${user}:x`, folder];
    problems.push({
      severity: verdict === 'no' ? 'error' : 'warning',
      message: `The hypervisor runs as user ${user}, who ${verdict === 'no' ? 'may' : 'perhaps may'} not enter the folder ${folder}.`,
      remedy: `Move the image to a folder that all may enter, or run: ${grant.map(shellWord).join(' ')}`,
      grant,
    });
  }
  return problems;
}

/**
 * What keeps a host's hypervisor from the folder of a pool, as far as that can be told from here: of another computer nothing, and of folders that
 * this person may not look into neither.
 */
export async function findPoolProblems(host: LibvirtHost, folder: string, type: string): Promise<AccessProblem[]> {
  const who = host.local ? runsAsOf(await host.capabilities(), type) : null;
  if (who === null) return [];
  try {
    return await findFolderProblems(await realpath(folder), who);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return [];
  }
}

/** Whether the folder's access control list lets the user in; where getfacl is missing, nobody knows. */
async function listed(folder: string, uid: number): Promise<boolean> {
  const list = await run('getfacl', ['-c', '-n', '-p', folder]).catch(() => null);
  return list !== null && new RegExp(`^user:${uid}:..x`, 'm').test(list.stdout);
}

/** From the root down. */
function upTo(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [...upTo(above), folder];
}

async function nameOf(uid: number): Promise<string> {
  // Users from elsewhere than this file (LDAP) have a number only.
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return (
    users
      .split('\n')
      .find((line) => line.split(':')[2] === String(uid))
      ?.split(':')[0] ?? String(uid)
  );
}

type AccessHost = Pick<LibvirtHost, 'local' | 'capabilities'> & { readonly facts: Pick<LibvirtHost['facts'], 'hostname'> };

/** What keeps a host from using a file of this computer where it lies. Changes nothing. */
export async function findFileProblems(host: AccessHost, file: LocalFile, type: string): Promise<AccessProblem[]> {
  const refused = (message: string, remedy: string): AccessProblem[] => [{ severity: 'error', message, remedy, grant: null }];
  if (!host.local) {
    return refused(
      `The image lies on this computer, and “${host.facts.hostname}” cannot read it there.`,
      'Have it copied into a storage pool of the host.',
    );
  }
  try {
    const resolved = await realpath(file.path);
    const status = await stat(resolved);
    if (status.isBlockDevice()) {
      return refused('This is a drive of the computer itself, and no file with an image in it.', 'Use it as a drive of the host.');
    }
    if (!status.isFile()) return refused('The image is not a regular file.', 'Choose an installation image.');
    const who = runsAsOf(await host.capabilities(), type);
    const problems = who === null ? [] : await findAccessProblems(resolved, who);
    const selinux = await findSelinuxProblem(resolved);
    return selinux === null ? problems : [...problems, labelProblem(selinux)];
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return refused(`The image cannot be found or reached: ${error.message}.`, 'Choose the file again.');
  }
}

/** The policy is the administrator's, so it is only said how. */
function labelProblem({ fileSystem, boolean }: SelinuxProblem): AccessProblem {
  return {
    severity: 'error',
    message: `SELinux keeps guests from files on ${fileSystem}, where this image lies.`,
    remedy: `Have it copied into a pool, or allow it: sudo setsebool -P ${boolean} on`,
    grant: null,
  };
}
