import { expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import { explainedStart } from './start-refusal.ts';

// As QEMU 7.2 said it through libvirt 9.0.
const START =
  'internal error: process exited while connecting to monitor: qemu-system-x86_64: -device {"driver":"vfio-pci"}: vfio 0000:00:08.0: ';

test.each([
  [
    'failed to setup container for group 6: Failed to set iommu for container: Operation not permitted',
    'permission',
    /allow_unsafe_interrupts/,
  ],
  ['group 9 is not viable\nPlease ensure all devices within the iommu_group are bound to their vfio bus driver.', 'in-use', /whole group/],
])('a device that VFIO does not give is explained: %s', (words, code, remedy) => {
  const error = new BackendError('internal', START + words);
  expect(explainedStart(error)).toMatchObject({ code, reason: START + words, remedy: expect.stringMatching(remedy), cause: error });
});

// As libvirt 9.0 said it, and QEMU 7.2 through it.
test.each([
  ["internal error: QEMU said: -blockdev {}: Could not open '/home/ada/Downloads/a.iso': Permission denied", 'permission', /storage pool/],
  ["Cannot access storage file '/home/ada/a.qcow2' (as uid:64055, gid:64055): Permission denied", 'permission', /setfacl/],
  ["Cannot get interface MTU on 'nobr0': No such device", 'not-found', /Make it on the host/],
])('a file that may not be read, or a bridge that is not there, is told with what to do: %s', (words, code, remedy) => {
  expect(explainedStart(new BackendError('internal', words))).toMatchObject({ code, reason: words, remedy: expect.stringMatching(remedy) });
});

test('whatever else fails stays as it is', () => {
  const error = new BackendError('internal', 'internal error: it did not start');
  expect(explainedStart(error)).toBe(error);
  const lost = new Error('gone');
  expect(explainedStart(lost)).toBe(lost);
});
