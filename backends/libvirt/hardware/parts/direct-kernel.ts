import { textAt, type TextSaying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isContainer, isXen } from '../hardware-context.ts';
import { only } from './part-fields.ts';

const path: Pick<TextSaying, 'section' | 'advanced' | 'unset' | 'maxLength' | 'pattern' | 'picks'> = {
  section: 'Direct kernel boot',
  advanced: true,
  unset: 'None',
  maxLength: 4096,
  pattern: { source: '/.+', says: 'A whole path on the host, from /.' },
  picks: 'disc',
};

/** https://libvirt.org/formatdomain.html#direct-kernel-boot */
export const directKernel: readonly BoundField[] = only(
  (context) => !isContainer(context),
  textAt('kernel', 'os/kernel', {
    ...path,
    label: 'Kernel',
    help: 'A Linux kernel on the host, which is started without firmware and disks being asked.',
  }),
  textAt('initrd', 'os/initrd', { ...path, label: 'Initial RAM disk' }),
  textAt('cmdline', 'os/cmdline', {
    label: 'Kernel’s arguments',
    help: 'Like “root=/dev/vda1 console=ttyS0”.',
    section: 'Direct kernel boot',
    advanced: true,
    unset: 'None',
    maxLength: 4096,
    lines: 2,
  }),
  textAt('dtb', 'os/dtb', { ...path, label: 'Device tree', help: 'For machines that do not describe themselves.' }),
);

/** https://libvirt.org/formatdomain.html#host-boot-loader */
export const hostLoader: readonly BoundField[] = only(
  isXen,
  textAt('bootloader', 'bootloader', {
    label: 'Boot loader on the host',
    help: 'A program that finds the kernel in the guest’s disk, like pygrub.',
    section: 'Paravirtual start',
    unset: 'None',
    maxLength: 4096,
  }),
  textAt('bootloader-args', 'bootloader_args', { label: 'Its arguments', section: 'Paravirtual start', unset: 'None', maxLength: 4096 }),
);
