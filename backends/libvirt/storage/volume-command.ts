import type { VolumeSpec } from '#model/volume-spec';
import type { VolumeKeeping } from '../../volume-keeping.ts';
import { virsh } from './pool-command.ts';

/** Longer lists are no command that anybody would read. */
const LISTED_MAX = 20;

/** Null where virsh takes it from a file only: encryption, and copies to another pool or format. */
export function volumeCommand(address: string, wish: Parameters<VolumeKeeping['commandFor']>[0]): string | null {
  switch (wish.kind) {
    case 'make':
      return makeCommand(address, wish.spec);
    case 'resize': {
      const { volume, capacity, shrink, allocate } = wish;
      const options = [...(shrink ? ['--shrink'] : []), ...(allocate ? ['--allocate'] : [])];
      return virsh(address, 'vol-resize', '--pool', volume.pool, '--vol', volume.name, '--capacity', `${capacity}B`, ...options);
    }
    case 'clone': {
      const { volume, to, format } = wish;
      if (to.pool !== volume.pool || format !== null) return null;
      return virsh(address, 'vol-clone', '--pool', volume.pool, '--vol', volume.name, '--newname', to.name);
    }
    case 'wipe': {
      const { volume, algorithm } = wish;
      return virsh(address, 'vol-wipe', '--pool', volume.pool, '--vol', volume.name, '--algorithm', algorithm);
    }
    case 'delete':
      if (wish.volumes.length > LISTED_MAX) return null;
      return wish.volumes.map(({ pool, name }) => virsh(address, 'vol-delete', '--pool', pool, '--vol', name)).join(' && ');
    default:
      return null;
  }
}

function makeCommand(address: string, { pool, name, format, capacity, preallocation, backing, passphrase }: VolumeSpec): string | null {
  if (passphrase !== null) return null;
  const options = [
    ...(preallocation === 'full' || format === null ? [] : ['--allocation', '0']),
    ...(format === null ? [] : ['--format', format]),
    ...(backing === null ? [] : ['--backing-vol', backing.path, '--backing-vol-format', backing.format]),
    ...(preallocation !== 'sparse' && format === 'qcow2' ? ['--prealloc-metadata'] : []),
  ];
  return virsh(address, 'vol-create-as', '--pool', pool, '--name', name, '--capacity', `${capacity}B`, ...options);
}
