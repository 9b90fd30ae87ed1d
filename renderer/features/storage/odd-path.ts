import type { Pool } from '#model/storage';

/** Folders that are lost with the next start of the host, and those of the system itself. */
const fleeting = ['/tmp', '/var/tmp', '/run', '/dev/shm'];
const systems = ['/', '/bin', '/boot', '/etc', '/lib', '/lib64', '/proc', '/root', '/sbin', '/sys', '/usr', '/var', '/home'];

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
const plain = (path: string): string => path.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');

/** What is to be thought of before a pool is made of this folder of the host; null: nothing. */
export function oddPath(typed: string, pools: readonly Pool[]): string | null {
  const path = plain(typed.trim());
  if (!path.startsWith('/')) return null;
  if (/\/\.\.?(\/|$)/.test(path)) return 'It has “.” or “..” in it: the pool may be elsewhere than it looks.';
  const other = pools.find((pool) => pool.path !== null && plain(pool.path) === path);
  if (other !== undefined) return `The pool “${other.name}” is of this folder already; each would show what the other makes.`;
  if (systems.includes(path)) return 'This folder belongs to the system. Give the pool a folder of its own.';
  if (fleeting.some((folder) => isWithin(path, folder))) return 'What is there may be gone after the host’s next start.';
  if (isWithin(path, '/home') || isWithin(path, '/root')) {
    return 'Guests of the system may not be let into a person’s folder. /var/lib/libvirt/images is made for them.';
  }
  return null;
}
