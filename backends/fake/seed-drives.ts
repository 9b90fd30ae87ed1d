import type { HostDrive } from '#model/host-drive';
import { GiB, MiB } from '#model/quantity';
import { fakeSystems } from './fake-systems.ts';

const plain = { name: '', label: null, contents: [], loaded: true, os: null, why: null };

/** A workstation's drives: a disc in one and nothing in the other, the disk that it runs from, and one on USB with a partition. */
export function seedDrives(): HostDrive[] {
  const fedora = fakeSystems.find(({ summary }) => summary.shortId === 'fedora42')?.os ?? null;
  const usb = { ...plain, name: 'WD Elements' };
  const why = 'The host uses /dev/nvme0n1: something of it is mounted.';
  const drives = [
    {
      ...plain,
      id: 'block_sr0_HL_DT_ST',
      kind: 'cdrom',
      path: '/dev/sr0',
      name: 'HL-DT-ST DVDRAM GH24',
      size: 900 * MiB,
      label: 'Fedora-S-dvd-x86_64-42',
      os: fedora,
    },
    { ...plain, id: 'block_sr1_ASUS', kind: 'cdrom', path: '/dev/sr1', name: 'ASUS SDRW', size: null, loaded: false },
    { ...plain, id: 'block_nvme0n1', kind: 'disk', path: '/dev/nvme0n1', name: 'Samsung SSD 990', size: 1000 * GiB, why },
    { ...usb, id: 'block_sdb_WD_1', kind: 'disk', path: '/dev/sdb', size: 500 * GiB },
    { ...usb, id: 'block_sdb_WD_1/sdb1', kind: 'partition', path: '/dev/sdb1', size: 499 * GiB, label: 'backup', contents: ['ext4'] },
  ] as const;
  return drives.map((drive) => ({ ...drive, contents: [...drive.contents], place: drive.path, mark: drive.path }));
}
