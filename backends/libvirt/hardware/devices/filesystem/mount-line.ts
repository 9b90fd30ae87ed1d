import { shellWord } from '../../../guests/guest-actions.ts';
import { attribute, child, type XmlElement } from '../../../xml/document.ts';

export const tagOf = (share: XmlElement): string => attribute(child(share, 'target'), 'dir') ?? '';
export const isVirtiofs = (share: XmlElement): boolean => attribute(child(share, 'driver'), 'type') === 'virtiofs';

/** Words of the mount command of a Linux guest. */
export function mountWords(share: XmlElement, place: string): readonly string[] {
  const tag = tagOf(share);
  // Documentation/filesystems/9p.rst: the kernel's own default message size is small, and the newest protocol knows Linux' permissions.
  return isVirtiofs(share)
    ? ['mount', '-t', 'virtiofs', tag, place]
    : ['mount', '-t', '9p', '-o', 'trans=virtio,version=9p2000.L,msize=524288', tag, place];
}

export const mountLine = (share: XmlElement, place = '/mnt'): string => mountWords(share, place).map(shellWord).join(' ');
