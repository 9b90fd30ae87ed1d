import { BackendError } from '../../errors.ts';
import type { ProgramOutput, RunProgram } from '../transport/run-program.ts';

/** An image as virt-inspector gets it: a path or an address, and its format. */
export interface InspectedImage {
  readonly image: string;
  readonly format: string;
}

/** Its small machine may be emulated, and boots before anything is read; milliseconds. */
const PATIENCE_MS = 30 * 60_000;
const OUTPUT_MAX = 16 * 1024 * 1024;
const PACKAGE = 'guestfs-tools (on Debian 11 and Ubuntu 20.04: libguestfs-tools)';

/** env(1) and shells say so of a program that is not there. */
const NOT_FOUND = 127;

/**
 * What it says in XML, '' where it finds no system. Rejects with 'unsupported' where it is not installed, 'permission',
 * 'timeout', 'cancelled', 'internal'.
 */
export async function runVirtInspector(
  run: RunProgram,
  where: string,
  images: readonly InspectedImage[],
  { emulated, signal, patienceMs = PATIENCE_MS }: Circumstances,
): Promise<string> {
  // Its machine has all the memory and processors that it wants: whoever cancels wants them back.
  const options = { patienceMs, tethered: true };
  // Without a daemon of its own in between; and KVM only where it is one, since libguestfs asks no more than whether /dev/kvm opens.
  const environment = ['LIBGUESTFS_BACKEND=direct', ...(emulated ? ['LIBGUESTFS_BACKEND_SETTINGS=force_tcg'] : [])];
  const disks = images.flatMap(({ image, format }) => [`--format=${format}`, '-a', image]);
  const output = await run(['env', ...environment, 'virt-inspector', '--no-icon', ...disks], signal, options);
  if (output.late === true) throw outOfTime(where, patienceMs, emulated);
  if (output.code === NOT_FOUND) throw notInstalled(where);
  if (output.code !== 0) return withoutSystem(output, where);
  if (output.stdout.length > OUTPUT_MAX) throw new BackendError('too-large', 'There is too much on the disks to be listed.');
  return output.stdout;
}

interface Circumstances {
  /** Its machine runs without the help of the processor. */
  readonly emulated: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds after which it is ended. */
  readonly patienceMs?: number;
}

const outOfTime = (where: string, patienceMs: number, emulated: boolean): BackendError =>
  new BackendError('timeout', `Looking into the disks on ${where} was ended: it took longer than ${minutes(patienceMs)}.`, {
    reason: emulated
      ? 'libguestfs reads disks in a small machine of its own, which is slow there: the computer has no hardware virtualisation (KVM).'
      : 'libguestfs reads disks in a small machine of its own, which takes a minute on a computer that has little else to do.',
    remedy: 'Try again when that computer is less busy, or run the command that is shown there: by hand it has no limit.',
  });

const minutes = (milliseconds: number): string => {
  const whole = Math.max(1, Math.round(milliseconds / 60_000));
  return whole === 1 ? 'a minute' : `${whole} minutes`;
};

function withoutSystem({ code, stdout, stderr }: ProgramOutput, where: string): string {
  // inspector.c of guestfs-tools; the program speaks English with LC_ALL=C.
  if (/no operating system could be detected/i.test(stderr)) return '';
  if (stdout.length >= OUTPUT_MAX) throw new BackendError('too-large', 'There is too much on the disks to be listed.');
  // It may quote what is on the disks.
  const reason =
    stderr
      .replaceAll(/[^\P{C}\n]/gu, '')
      .trim()
      .slice(-1000) || `virt-inspector ended with ${code ?? 'a signal'}.`;
  if (/permission denied/i.test(stderr)) {
    throw new BackendError('permission', `The disks may not be read by you on ${where}.`, {
      reason,
      remedy: 'Run the command as an administrator of that host.',
    });
  }
  throw new BackendError('internal', `libguestfs could not look into the disks on ${where}.`, {
    reason,
    remedy: 'Try libguestfs-test-tool there: it tells what is missing. Encrypted disks cannot be looked into.',
  });
}

export const notInstalled = (where: string): BackendError =>
  new BackendError('unsupported', `Looking into disks takes virt-inspector, which is not installed on ${where}.`, {
    remedy: `Install the package ${PACKAGE} there, and try again.`,
  });
