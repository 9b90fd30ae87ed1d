import { constants } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Objection } from '#model/guest-spec';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { attribute, child, children, path, text, textAt, type XmlElement } from '../xml/document.ts';

type MediaObjection = Omit<Objection, 'field'>;

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

/**
 * What keeps the hypervisor on this computer from reading the file, found without trying. `file` must be resolved (realpath). libvirt hands
 * a guest's files over to the hypervisor's user when it starts it (dynamic ownership), but never folders.
 */
export async function findMediaObjection(file: string, who: RunsAs): Promise<MediaObjection | null> {
  for (const folder of foldersOf(file)) {
    const verdict = permits(await stat(folder), who, constants.X_OK);
    if (verdict === 'yes') continue;
    const user = await nameOf(who.uid);
    return {
      severity: verdict === 'no' ? 'error' : 'warning',
      message: `The hypervisor runs as user ${user}, who ${verdict === 'no' ? 'may' : 'perhaps may'} not enter the folder ${folder}.`,
      remedy: `Move the image to a folder that all may enter, or run: setfacl -m u:${user}:x '${folder}'`,
    };
  }
  if (permits(await stat(file), who, constants.R_OK) === 'no') {
    return {
      severity: 'warning',
      message: `The image is not readable for the hypervisor's user; libvirt will have to make that user its owner.`,
      remedy: `Make it readable for all: chmod a+r '${file}'`,
    };
  }
  return null;
}

/** From the root down. */
function foldersOf(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [...foldersOf(folder), folder];
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

/** The medium as the host will open it, or why that cannot work. */
export async function findMedia(
  host: LibvirtHost,
  file: string,
  type: string,
): Promise<{ path: string; objection: MediaObjection | null }> {
  const refused = (message: string, remedy: string) => ({ path: file, objection: { severity: 'error', message, remedy } as const });
  if (!host.local) {
    return refused(
      `The image lies on this computer, and “${host.facts.hostname}” cannot read it there.`,
      'Copy it into a storage pool of the host and make the guest there, for example with virt-install: Guesthouse cannot choose an image that lies on the host yet.',
    );
  }
  try {
    const resolved = await realpath(file);
    if (!(await stat(resolved)).isFile()) return refused('The image is not a regular file.', 'Choose an installation image.');
    const who = runsAsOf(await host.capabilities(), type);
    return { path: resolved, objection: who === null ? null : await findMediaObjection(resolved, who) };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return refused(`The image cannot be found or reached: ${error.message}.`, 'Choose the file again.');
  }
}
