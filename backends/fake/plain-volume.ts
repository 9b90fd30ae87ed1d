import type { Volume } from '#model/storage';

/** A volume as a host tells of it that has nothing special. */
export const plainVolume = (pool: string, name: string, path: string, size: number): Volume => ({
  pool,
  name,
  path,
  format: 'qcow2',
  capacity: size,
  allocation: Math.round(size / 3),
  folder: false,
  encrypted: false,
  backing: null,
  permissions: null,
  modified: null,
});
