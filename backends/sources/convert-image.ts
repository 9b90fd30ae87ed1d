import { rm, stat } from 'node:fs/promises';
import type { LocalFile } from '../backend.ts';
import { openChosen } from '../chosen-file.ts';
import { BackendError } from '../errors.ts';
import { capacityOf, HANDED, inspectOpen, qemuImg } from './foreign-image.ts';
import { runTool } from './run-tool.ts';
import type { Progress } from './sources.ts';

/** Makes a qcow2 image at `to`, a place that only we know. What failed or was cancelled leaves nothing there. Rejects as `inspectForeignImage` does. */
export async function convertImage(file: LocalFile, to: string, { report, signal }: Progress): Promise<LocalFile> {
  const chosen = await openChosen(file, 'a disk image');
  const step = `Converting ${chosen.name}`;
  try {
    const { format } = await inspectOpen(chosen);
    // Once more by QEMU's own eyes: what it would read as another file's name is refused before it is read.
    await capacityOf(chosen.handle.fd, format, signal);
    report(step, 0);
    const args = ['convert', '-p', '-f', format, '-O', 'qcow2', HANDED, to];
    await runTool({ ...qemuImg, purpose: 'Converting this disk image' }, args, {
      file: chosen.handle.fd,
      signal,
      onOutput: (text) => {
        const percent = /\(([\d.]+)\/100%\)\s*$/.exec(text)?.[1];
        if (percent !== undefined) report(step, Math.min(1, Number(percent) / 100));
      },
    });
    return await identified(to);
  } catch (error) {
    await rm(to, { force: true });
    throw error instanceof BackendError && /No space left/i.test(error.reason ?? '') ? noRoom(error) : error;
  } finally {
    await chosen.handle.close();
  }
}

/** A file of ours, so that nobody can put another in its place unseen. */
export async function identified(path: string): Promise<LocalFile> {
  const { dev, ino } = await stat(path, { bigint: true });
  return { path, identity: `${dev}:${ino}` };
}

const noRoom = (cause: BackendError): BackendError =>
  new BackendError('no-space', 'There is no room on this computer to convert the image.', {
    cause,
    reason: cause.reason,
    remedy: 'Make room in your home folder, then try again.',
  });
