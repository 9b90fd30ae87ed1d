import type { ForeignImage } from '#model/foreign-image';
import type { Media, OperatingSystem } from '#model/guest-spec';
import { api } from '../../api.ts';
import type { FileChoice } from './draft.ts';

/** What files of this computer can be chosen as, and how they are asked for. */
export type FileKind = 'iso' | 'disk' | 'root-folder' | 'root-archive';

/** What is offered again once it was used. */
export type RecentKind = Extract<FileKind, 'iso' | 'disk'>;

export const fileWords: Readonly<Record<FileKind, string>> = {
  iso: 'Choose ISO image',
  disk: 'Choose disk image',
  'root-folder': 'Choose folder',
  'root-archive': 'Choose archive',
};

/** Null: the person chose none. Rejects with 'bad-file' for what is none. */
export async function chooseFile(kind: FileKind): Promise<FileChoice | null> {
  if (kind === 'iso') return chooseMedium();
  if (kind === 'disk') return chooseDisk();
  const root = await api.media.chooseRoot({ what: kind === 'root-folder' ? 'folder' : 'archive' });
  return root && { ...root, size: null, os: null, ...(kind === 'root-archive' && { archive: true }) };
}

async function chooseMedium(): Promise<FileChoice | null> {
  const chosen = await api.media.choose({});
  if (chosen === null) return null;
  return mediumChoice(chosen);
}

const mediumChoice = ({ token, media: { name, size, label, bootable, os } }: { token: string; media: Media }): FileChoice => ({
  token,
  name,
  size,
  os,
  medium: { label, bootable },
});

async function chooseDisk(): Promise<FileChoice | null> {
  const chosen = await api.media.chooseDisk({});
  if (chosen === null) return null;
  return diskChoice(chosen);
}

const diskChoice = ({ token, image, os }: { token: string; image: ForeignImage; os: OperatingSystem | null }): FileChoice => ({
  token,
  name: image.name,
  size: image.size,
  os,
  disk: { capacity: image.capacity, format: image.format },
});

/** One from which a guest was made before, by main's id for it. Rejects with 'bad-file' for one that is gone. */
export async function chooseRecent(id: string): Promise<FileChoice> {
  const chosen = await api.media.chooseRecent({ id });
  return chosen.use === 'iso' ? mediumChoice(chosen) : diskChoice(chosen);
}
