import { realpath } from 'node:fs/promises';
import { aboutDrives, type ChecksHost } from '../../../creation/drive-checks.ts';
import { isInUse } from '../../../devices/block-devices.ts';
import { type Drive, listDrives } from '../../../devices/host-drives.ts';
import { outputOf } from '../../../host/program-answers.ts';
import type { DomainDisk } from '../../../storage/disk-uses.ts';
import type { Findings } from '../../device-kind.ts';
import { blockUseHere } from '../host-device/disk-findings.ts';

/**
 * What stands against giving this guest a drive of the host by its path, as at creation: its partitions, other names and what is made of it
 * count as well. Null where the host does not list such a drive, and nothing is known of it.
 */
export async function driveFindings(
  host: ChecksHost,
  path: string,
  { readOnly, shareable }: Pick<DomainDisk, 'readOnly' | 'shareable'>,
  guest: string,
): Promise<Findings | null> {
  const drive = driveAt(await listDrives(host), path, await endOf(host, path));
  if (drive === null) return null;
  const findings = (await aboutDrives(host, [drive], guest)).flat();
  const messages = (severity: 'error' | 'warning') =>
    findings.filter((finding) => finding.severity === severity).map(({ message, remedy }) => `${message} ${remedy}`);
  // Who only reads destroys nothing, and what several guests are meant to share they have at once; no host shares what it has mounted.
  const may = readOnly || (shareable && !(await isUsedByHost(host, drive)));
  return {
    warnings: [...(may ? messages('error') : []), ...messages('warning')],
    problems: may ? [] : messages('error').map((message) => ({ field: 'path', message })),
  };
}

const driveAt = (drives: readonly Drive[], ...paths: readonly string[]): Drive | null =>
  drives.find(({ names }) => paths.some((path) => names.includes(path))) ?? null;

/** Where its links lead, as far as anybody can follow them. */
async function endOf({ local, route: { run } }: ChecksHost, path: string): Promise<string> {
  if (local) return realpath(path).catch(() => path);
  return (run === null ? null : await outputOf(run, 'readlink', '-f', '--', path))?.trimEnd() || path;
}

async function isUsedByHost({ local }: ChecksHost, { path, block }: Drive): Promise<boolean> {
  const here = local ? await blockUseHere(path) : null;
  return (here !== null && here.used.length > 0) || (block !== null && isInUse(block));
}
