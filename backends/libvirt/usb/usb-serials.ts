import { readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { failedWith } from '../failed-with.ts';
import type { RunningRoad } from '../devices/uses-there.ts';

const SERIAL_MAX = 128;

/**
 * libvirt does not tell a USB device's serial number (formatnode, "usb_device"), its kernel does: here, and of another computer where the road
 * leads to its programs. By the devices' folders in /sys; null where it cannot be asked.
 */
export async function usbSerials(
  { local, route }: { readonly local: boolean; readonly route: RunningRoad },
  paths: readonly (string | null)[],
): Promise<ReadonlyMap<string, string> | null> {
  const folders = paths.flatMap((path) => sysFolder(path) ?? []);
  if (local) return readHere(folders);
  return route.run === null || folders.length === 0 ? null : readThere(route.run, folders);
}

/** The path comes from the daemon, which must not make us read anything else. */
export const sysFolder = (path: string | null): string | null =>
  path?.startsWith('/sys/devices/') === true && normalize(path) === path ? path : null;

export const boundedSerial = (text: string): string | null => text.trim().slice(0, SERIAL_MAX) || null;

async function readHere(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = await Promise.all(folders.map(async (folder) => readFile(join(folder, 'serial'), 'utf8').catch(() => '')));
  return new Map(folders.flatMap((folder, at) => entryOf(folder, texts[at] ?? '')));
}

/** grep(1) is on every Linux, and names each file beside what it holds; those that have no serial number it passes over. */
async function readThere(run: NonNullable<RunningRoad['run']>, folders: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
  try {
    const { stdout } = await run(['grep', '-H', '-s', '.', ...folders.map((folder) => `${folder}/serial`)]);
    const lines = stdout.split('\n');
    return new Map(
      folders.flatMap((folder) => {
        const start = `${folder}/serial:`;
        const line = lines.find((one) => one.startsWith(start));
        return line === undefined ? [] : entryOf(folder, line.slice(start.length));
      }),
    );
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}

function entryOf(folder: string, text: string): [string, string][] {
  const serial = boundedSerial(text);
  return serial === null ? [] : [[folder, serial]];
}
