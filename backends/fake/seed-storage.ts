import { GiB, MiB } from '#model/quantity';
import type { Pool, Volume } from '#model/storage';
import { plainVolume } from './plain-volume.ts';
import { imageFolder } from './seed.ts';

const pool = (name: string, kind: string, more: Partial<Pool>): Pool => ({
  name,
  kind,
  active: true,
  persistent: true,
  autostart: true,
  capacity: 0,
  available: 0,
  path: null,
  source: null,
  ...more,
});

/** Pools as one finds them: two folders, a share that is not there now, a volume group and an iSCSI target. */
export const seedPools = (): Pool[] => [
  pool('default', 'dir', { capacity: 930 * GiB, available: 412 * GiB, path: imageFolder }),
  pool('scratch', 'dir', { capacity: 16 * GiB, available: 3 * GiB, path: '/srv/scratch', autostart: false }),
  pool('backup', 'netfs', { active: false, path: '/mnt/backup', source: 'nas.example.com:/export/backup' }),
  pool('fast', 'logical', { capacity: 465 * GiB, available: 401 * GiB, path: '/dev/fast', source: 'fast' }),
  pool('san', 'iscsi', {
    capacity: 2048 * GiB,
    path: '/dev/disk/by-path',
    source: 'san.example.com iqn.2024-01.com.example:guests',
    autostart: false,
  }),
];

const volume = (where: string, folder: string, name: string, size: number, more: Partial<Volume> = {}): Volume => ({
  ...plainVolume(where, name, `${folder}/${name}`, size),
  ...more,
});
const scratch = (name: string, size: number, more: Partial<Volume> = {}) => volume('scratch', '/srv/scratch', name, size, more);
const builtOn = (name: string) => ({ backing: { path: `/srv/scratch/${name}`, format: 'qcow2' }, allocation: 300 * MiB });

/** Volumes that no guest uses: a chain that somebody forgot, a locked one, a medium, a folder, and plain devices. */
export const seedVolumes = (): Volume[] => [
  scratch('debian-12-cloud.qcow2', 8 * GiB, { allocation: 500 * MiB }),
  scratch('trial.qcow2', 8 * GiB, builtOn('debian-12-cloud.qcow2')),
  scratch('trial-of-trial.qcow2', 8 * GiB, builtOn('trial.qcow2')),
  scratch('vault.img', 2 * GiB, {
    format: 'raw',
    encrypted: true,
    permissions: { mode: 0o600, owner: 0, group: 0, label: 'system_u:object_r:virt_image_t:s0' },
    modified: Date.UTC(2026, 2, 1, 17, 40),
  }),
  scratch('netinst.iso', 700 * MiB, { format: 'iso', allocation: 700 * MiB }),
  scratch('notes', 0, { format: 'dir', folder: true }),
  volume('fast', '/dev/fast', 'swap', 64 * GiB, { format: null, allocation: 64 * GiB }),
  volume('san', '/dev/disk/by-path', 'unit:0:0:1', 1024 * GiB, { format: null, allocation: 1024 * GiB }),
  volume('san', '/dev/disk/by-path', 'unit:0:0:2', 1024 * GiB, { format: null, allocation: 1024 * GiB }),
];
