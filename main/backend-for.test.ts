import { expect, test } from 'vitest';
import type { Backend } from '../backends/backend.ts';
import { backendFor } from './backend-for.ts';

const never = async () => {
  throw new Error('nobody connects here');
};
const libvirt: Backend = { name: 'libvirt', schemes: ['qemu', 'lxc'], connect: never };
const fake: Backend = { name: 'fake', schemes: ['fake'], connect: never };

test.each(['qemu:///system', 'QEMU+SSH://shelf/system', 'lxc+tls://shelf/', 'hail', 'my_host-2', '', ' '])('%j is for libvirt', (uri) => {
  expect(backendFor(uri, [fake, libvirt])).toBe(libvirt);
});

test('another scheme is for another backend', () => expect(backendFor('fake://shelf', [libvirt, fake])).toBe(fake));

test.each(['me@shelf', 'me:hunter2@shelf', 'shelf/system', 'pigeon://shelf', 'two words'])('%j is for nobody', (uri) => {
  const attempt = () => backendFor(uri, [libvirt, fake]);
  expect(attempt).toThrow(expect.objectContaining({ code: 'bad-uri', message: expect.not.stringContaining('hunter2') }));
});
