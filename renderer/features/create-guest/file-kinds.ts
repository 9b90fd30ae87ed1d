import { api } from '../../api.ts';
import type { FileChoice } from './draft.ts';

/** What files of this computer can be chosen as, and how they are asked for. */
export type FileKind = 'iso' | 'disk' | 'root-folder' | 'root-archive';

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
  const { name, size, label, bootable, os } = chosen.media;
  return { token: chosen.token, name, size, os, medium: { label, bootable } };
}

async function chooseDisk(): Promise<FileChoice | null> {
  const chosen = await api.media.chooseDisk({});
  if (chosen === null) return null;
  const { name, size, capacity, format } = chosen.image;
  return { token: chosen.token, name, size, os: chosen.os, disk: { capacity, format } };
}
