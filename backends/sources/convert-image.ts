import { lstat, rm, stat } from 'node:fs/promises';
import type { LocalFile } from '../backend.ts';
import { type ChosenFile, openChosen } from '../chosen-file.ts';
import { BackendError } from '../errors.ts';
import { capacityOf, imageOptions, inspectOpen, qemuImg, type Range, wholeOf } from './foreign-image.ts';
import { runTool } from './run-tool.ts';
import type { Progress } from './sources.ts';

/** Makes a qcow2 image at `to`, a place that only we know. What failed or was cancelled leaves nothing there. Rejects as `inspectForeignImage` does. */
export async function convertImage(file: LocalFile, to: string, progress: Progress): Promise<LocalFile> {
  const chosen = await openChosen(file, 'a disk image');
  try {
    await convertOpen(chosen, wholeOf(chosen), to, `Converting ${chosen.name}`, progress);
    return await identified(to);
  } finally {
    await chosen.handle.close();
  }
}

/** The same with a part of an open file. Resolves to the capacity of the disk, bytes. */
export async function convertOpen(
  chosen: ChosenFile,
  range: Range,
  to: string,
  step: string,
  { report, signal }: Progress,
): Promise<number> {
  const { fd } = chosen.handle;
  try {
    const { format } = await inspectOpen(chosen, range);
    // Once more by QEMU's own eyes: what it would read as another file's name is refused before it is read.
    const capacity = await capacityOf(fd, format, range, signal);
    report(step, 0);
    await runTool(
      { ...qemuImg, purpose: 'Converting this disk image' },
      ['convert', '-p', ...imageOptions(format, range), '-O', 'qcow2', to],
      {
        file: fd,
        signal,
        onOutput: (text) => {
          const percent = /\(([\d.]+)\/100%\)\s*$/.exec(text)?.[1];
          if (percent !== undefined) report(step, Math.min(1, Number(percent) / 100));
        },
      },
    );
    return capacity;
  } catch (error) {
    await rm(to, { force: true });
    throw error instanceof BackendError && /No space left/i.test(error.reason ?? '') ? noRoom(error) : error;
  }
}

/** By what lies there now, so that nobody can put another in its place unseen; `which`: where a link leads, or the link itself. */
export async function identified(path: string, which: 'target' | 'itself' = 'target'): Promise<LocalFile> {
  const { dev, ino } = await (which === 'target' ? stat : lstat)(path, { bigint: true });
  return { path, identity: `${dev}:${ino}` };
}

const noRoom = (cause: BackendError): BackendError =>
  new BackendError('no-space', 'There is no room on this computer to convert the image.', {
    cause,
    reason: cause.reason,
    remedy: 'Make room in your home folder, then try again.',
  });
