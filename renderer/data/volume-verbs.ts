import type { DiskImage } from '#model/disk-image';
import type { HostId } from '#model/host';
import type { VolumeRef } from '#model/storage';
import { api } from '../api.ts';
import { readableText } from '../ui/foreign-text.tsx';
import { reportFailure } from './report-failure.ts';

/** A file that the person chose for an upload; `file` is main's token for it. */
export interface ChosenImage {
  readonly file: string;
  readonly image: DiskImage;
}

/** Null: the person chose none, or the file is none that can be uploaded, which is said. */
export async function chooseImage(): Promise<ChosenImage | null> {
  try {
    return await api.storage.chooseImage({});
  } catch (error) {
    reportFailure('Upload', error);
    return null;
  }
}

/** Rejects with what main refuses at once; all else is told by the task. */
export function uploadNew(host: HostId, volume: VolumeRef, { file }: ChosenImage): Promise<void> {
  return api.storage.upload({ host, to: { kind: 'new', ...volume }, file, operation: crypto.randomUUID() });
}

/** Asks for a file; main asks then whether that is to be. */
export async function overwriteVolume(host: HostId, volume: VolumeRef): Promise<void> {
  const chosen = await chooseImage();
  if (chosen === null) return;
  const wish = { host, to: { kind: 'existing' as const, volume }, file: chosen.file, operation: crypto.randomUUID() };
  await api.storage.upload(wish).catch((error: unknown) => reportFailure(`Overwrite “${readableText(volume.name)}”`, error));
}

export async function downloadVolume(host: HostId, volume: VolumeRef): Promise<void> {
  await api.storage.download({ host, volume }).catch((error: unknown) => reportFailure(`Download “${readableText(volume.name)}”`, error));
}
