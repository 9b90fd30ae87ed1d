import { expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import { explainedPool } from './pool-refusal.ts';

const CHILD = 'internal error: Child process (/usr/bin/x) unexpected exit status 5: ';

test.each([
  [
    'iscsiadm: Could not login to [iface: default].\niscsiadm: initiator reported error (24 - iSCSI login failed due to authorization failure)',
    'permission',
    /CHAP/,
  ],
  [
    'iscsiadm: cannot make connection to 10.0.0.9: Connection refused\niscsiadm: connection login retries (reopen_max) 5 exceeded',
    'unreachable',
    /3260/,
  ],
  ['mount.nfs: access denied by server while mounting nas:/isos', 'permission', /exportfs/],
  ['mount.nfs: mounting nas:/gone failed, reason given by server: No such file or directory', 'not-found', /showmount/],
  ['mount.nfs: Failed to resolve server nas: Name or service not known', 'unreachable', /firewall/],
  ["Can't open /dev/sdb exclusively.  Mounted filesystem?", 'in-use', /lsblk/],
  ['Can\'t initialize physical volume "/dev/sdb" of volume group "old" without -ff', 'in-use', /pvs/],
  ['failed to connect to gluster://nas/none/: No such file or directory', 'not-found', /gluster volume list/],
  ['failed to connect to gluster://nas/disks/: Transport endpoint is not connected', 'unreachable', /24007/],
  ["failed to change to directory '/none/' in 'disks': No such file or directory", 'not-found', /leave it empty/],
  ['failed to connect to the RADOS monitor on: nas:6789,: Success', 'unreachable', /ceph auth get/],
  ["failed to create the RBD IoCTX. Does the pool 'none' exist?: No such file or directory", 'not-found', /osd pool ls/],
  ['Unable to list RBD images: No such file or directory', 'permission', /auth caps/],
  ["Storage pool probe failed: Device '/dev/sdb' is unrecognized, requires build", 'invalid-state', /prepared/],
  ["Requested operation is not valid: Format of device '/dev/sdb' does not match the expected format 'gpt'", 'invalid-state', /PTTYPE/],
])('what the host’s program says is explained: %s', (words, code, remedy) => {
  const error = new BackendError('internal', CHILD + words);
  expect(explainedPool(error)).toMatchObject({ code, reason: CHILD + words, remedy: expect.stringMatching(remedy), cause: error });
});

test('what libvirt itself finds on a device is explained too, and whatever else fails stays as it is', () => {
  const built = new BackendError('exists', "Device '/dev/sdb' already formatted using 'ext4'");
  expect(explainedPool(built)).toMatchObject({ code: 'exists', message: expect.stringContaining('left as it is') });
  const other = new BackendError('internal', 'internal error: it did not start');
  expect(explainedPool(other)).toBe(other);
  const lost = new Error('gone');
  expect(explainedPool(lost)).toBe(lost);
});
