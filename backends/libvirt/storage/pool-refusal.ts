import type { FaultCode } from '#model/fault';
import { BackendError } from '../../errors.ts';

/**
 * What the host's programs say of a pool that could not be prepared or started, where it can be said in words that help; the error itself
 * otherwise. Sources: open-iscsi's usr/iscsi_err.c, nfs-utils' utils/mount/error.c, libvirt's src/storage/storage_util.c (virStorageBackendDeviceIsEmpty),
 * LVM's lib/device/dev-io.c and tools/vgcreate.c, e2fsprogs' misc/util.c; of what libvirt connects to itself, its src/storage/storage_backend_gluster.c
 * and storage_backend_rbd.c.
 */
export function explainedPool(error: unknown): unknown {
  if (!(error instanceof BackendError)) return error;
  const found = causes.find(({ words }) => words.test(error.message));
  if (found === undefined) return error;
  const { code, message, remedy } = found;
  return new BackendError(code, message, { reason: error.message, remedy, cause: error });
}

interface Cause {
  readonly words: RegExp;
  readonly code: FaultCode;
  readonly message: string;
  readonly remedy: string;
}

const causes: readonly Cause[] = [
  {
    words: /failed to connect to gluster.*: No such file or directory/is,
    code: 'not-found',
    message: 'The Gluster server has no such volume.',
    remedy: 'Correct the volume’s name: a new pool’s form looks for those of the server, as “gluster volume list” does there.',
  },
  {
    words: /failed to connect to gluster/i,
    code: 'unreachable',
    message: 'The Gluster server does not answer the host.',
    remedy:
      'Look whether the server runs, whether its name and port are right (24007, unless it says otherwise), and whether a firewall stands between.',
  },
  {
    words: /failed to change to directory '.*' in '.*': No such file or directory/is,
    code: 'not-found',
    message: 'The Gluster volume has no such folder.',
    remedy: 'Correct the folder in the volume, or leave it empty for all of the volume.',
  },
  {
    // Whether nobody answers or nobody knows the key is not told apart: the errno that libvirt adds here is of something before (seen with 9.0).
    words: /failed to connect to the RADOS monitor/i,
    code: 'unreachable',
    message: 'The host could not log in to the Ceph cluster: no monitor answers, or the key is not the user’s.',
    remedy:
      'Look whether the monitors run and their addresses and ports are right (6789, unless they say otherwise). “ceph auth get client.USER” on the cluster prints the user’s key.',
  },
  {
    words: /Does the pool '.*' exist\?/is,
    code: 'not-found',
    message: 'The Ceph cluster has no such pool.',
    remedy: 'Correct the name of the Ceph pool; “ceph osd pool ls” on the cluster lists them.',
  },
  {
    words: /Unable to list RBD images/i,
    code: 'permission',
    message: 'The user may not read the Ceph pool.',
    remedy: 'Give it the rights on the cluster: ceph auth caps client.USER mon "profile rbd" osd "profile rbd pool=POOL".',
  },
  {
    words: /iSCSI login failed due to authorization failure/i,
    code: 'permission',
    message: 'The iSCSI server does not accept the name and the password, or not this host.',
    remedy: 'Make the pool again with the right ones (CHAP), and see on the server which initiators it lets in.',
  },
  {
    words: /iscsiadm:.*(cannot make connection|connection timed out|connect to .* failed|encountered connection failure)/is,
    code: 'unreachable',
    message: 'The iSCSI server does not answer the host.',
    remedy: 'Look whether the server runs, and whether its name and port are right (3260, unless it says otherwise).',
  },
  {
    words: /mount\.nfs4?: access denied by server/i,
    code: 'permission',
    message: 'The server does not let this host mount the folder, or does not share it.',
    remedy: 'Share it with this host on the server (/etc/exports, then exportfs -ra), or correct the folder’s path.',
  },
  {
    words: /mount\.nfs4?: .*(No such file or directory)/i,
    code: 'not-found',
    message: 'The server has no such folder.',
    remedy: 'Correct the folder on the server; “showmount -e SERVER” lists what it shares.',
  },
  {
    words: /mount\.nfs4?: .*(Connection refused|timed out|No route to host|Network is unreachable|Failed to resolve server)/i,
    code: 'unreachable',
    message: 'The server that has the folder cannot be reached from the host.',
    remedy: 'Look whether the server runs and its name is right, and whether a firewall stands between the two.',
  },
  {
    words: /is unrecognized, requires build/i,
    code: 'invalid-state',
    message: 'Nothing is on the device that the host knows, so it cannot be used as it is.',
    remedy: 'Make the pool again and have the device prepared, or choose another one.',
  },
  {
    words: /Format of device .* does not match the expected format/is,
    code: 'invalid-state',
    message: 'Something else is on the device than the format that was chosen.',
    remedy:
      'Choose what is on it (lsblk -o NAME,FSTYPE,PTTYPE on the host shows it), or have it prepared anew: what is on it is lost then.',
  },
  {
    words: /of volume group .* without -ff/i,
    code: 'in-use',
    message: 'The device is a part of one of LVM’s volume groups already, and it was left as it is.',
    remedy: 'Make a pool of that group, or choose another device; “pvs” on the host shows whose it is.',
  },
  {
    words: /already formatted using|forced overwrite is necessary|without -ff|appears to contain an existing/i,
    code: 'exists',
    message: 'Something is on the device already, and it was left as it is.',
    remedy:
      'Use it without preparing it, choose another device, or choose to overwrite it when the pool is made: what is on it is lost then.',
  },
  {
    words: /Can't open .* exclusively|is mounted; will not make|apparently in use by the system|Device or resource busy/i,
    code: 'in-use',
    message: 'The host uses the device: it is mounted, swapped to, or a part of something else.',
    remedy: 'Choose another device, or end that on the host first (lsblk shows it).',
  },
];
