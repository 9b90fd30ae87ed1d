import { type Checksum, checksumOf, type PublishedChecksum } from '#model/checksum';
import { BackendError } from '../errors.ts';
import { fileNameOf } from './remote-file.ts';
import { fetchText } from './remote-text.ts';

/** Lists of a whole mirror have some thousand lines. */
const LIST_MAX = 2 * 1024 * 1024;

/**
 * The sum that the file's own server has of it, where it has one at a usual place. It proves that the file came whole, and not who made it: no
 * signature is checked. Null: none was found. Rejects only with 'cancelled' and 'timeout'.
 */
export async function findPublishedChecksum(address: string, signal: AbortSignal): Promise<PublishedChecksum | null> {
  const name = fileNameOf(address);
  for (const place of placesFor(name)) {
    const from = new URL(place, address).href;
    const text = await fetchText(from, LIST_MAX, signal).catch((error: unknown) => {
      if (error instanceof BackendError && (error.code === 'cancelled' || error.code === 'timeout')) throw error;
      return null;
    });
    const checksum = text === null ? null : checksumIn(text, name, place.startsWith(name));
    if (checksum !== null) return { checksum, from };
  }
  return null;
}

/** Where distributions put them: Fedora; openSUSE; Debian and Ubuntu; Rocky, Alma and CentOS; Arch; Alpine and NixOS. */
function placesFor(name: string): string[] {
  const encoded = encodeURIComponent(name);
  const fedora = fedoraList(name);
  return [
    ...(fedora === null ? [] : [fedora]),
    `${encoded}.sha256`,
    'SHA256SUMS',
    'SHA512SUMS',
    'CHECKSUM',
    `${encoded}.CHECKSUM`,
    `${encoded}.sha512`,
    'sha256sums.txt',
  ];
}

/** Fedora-Workstation-Live-43-1.6.x86_64.iso, before 42 Fedora-Server-dvd-x86_64-37-1.7.iso: Fedora-Workstation-43-1.6-x86_64-CHECKSUM. */
function fedoraList(name: string): string | null {
  const now = /^Fedora-([A-Za-z]+)-.*?(\d+-[\d.]+?)\.([a-z][a-z0-9_]+)\.(?:iso|qcow2|raw\.xz)$/.exec(name);
  if (now !== null) return `Fedora-${now[1]}-${now[2]}-${now[3]}-CHECKSUM`;
  const before = /^Fedora-([A-Za-z]+)-.*?-(x86_64|aarch64|s390x|ppc64le)-(\d+-[\d.]+?)\.iso$/.exec(name);
  return before === null ? null : `Fedora-${before[1]}-${before[3]}-${before[2]}-CHECKSUM`;
}

/** From a list as sha256sum writes it, with or without --tag; `own`: the list is of this file alone, and need not name it. */
export function checksumIn(list: string, name: string, own: boolean): Checksum | null {
  for (const line of list.split('\n')) {
    const tagged = /^SHA(?:256|512) \((.+)\) = ([0-9a-f]+)\s*$/i.exec(line);
    const plain = /^([0-9a-f]{64}|[0-9a-f]{128})\s+\*?(?:\.\/)?(.+?)\s*$/i.exec(line);
    if (tagged?.[1] === name) return checksumOf(tagged[2] ?? '');
    if (plain?.[2] === name) return checksumOf(plain[1] ?? '');
  }
  return own ? checksumOf(list.slice(0, 256)) : null;
}
