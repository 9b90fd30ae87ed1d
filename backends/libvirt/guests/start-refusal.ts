import { BackendError } from '../../errors.ts';

/**
 * What QEMU or libvirt says of a start that failed, where it can be said in words that help; the error itself otherwise. Source: QEMU's
 * hw/vfio/common.c and block/file-posix.c, libvirt's src/util/virnetdev.c and src/storage_file, the kernel's Documentation/driver-api/vfio.rst.
 */
export function explainedStart(error: unknown): unknown {
  if (!(error instanceof BackendError)) return error;
  const found = causes.find(({ words }) => words.test(error.message));
  if (found === undefined) return error;
  const { code, message, remedy } = found;
  return new BackendError(code, message, { reason: error.message, remedy, cause: error });
}

const causes = [
  {
    words: /group \d+ is not viable/i,
    code: 'in-use',
    message: 'A driver of the host has something of the IOMMU group of a device that the guest would get.',
    remedy: 'Give the guest the whole group, or see on the host’s page of devices which bridge of it keeps its driver.',
  },
  {
    words: /Failed to set iommu for container: Operation not permitted/i,
    code: 'permission',
    message: 'The host does not let VFIO give the device to the guest: most likely its IOMMU does not guard interrupts.',
    remedy:
      'See on the host whether “interrupt remapping” can be switched on in its firmware. Who trusts the guest can allow it without: option allow_unsafe_interrupts of the kernel module vfio_iommu_type1.',
  },
  {
    words: /(Could not open|Cannot access storage file|cannot open file) '[^']*'.*: Permission denied/is,
    code: 'permission',
    message: 'The hypervisor may not open a file of the guest, or enter a folder above it.',
    remedy:
      'Move the file into a storage pool that guests can use, as /var/lib/libvirt/images. Or let the account that runs guests (qemu on Fedora, libvirt-qemu on Debian) in on the host, with setfacl -m u:qemu:x for each folder above it.',
  },
  {
    words: /(Cannot get interface (MTU|flags|index|MAC)|Unable to get index for interface).*: No such device/is,
    code: 'not-found',
    message: 'The host has no such bridge or network card.',
    remedy: 'Make it on the host, or choose another network for the guest’s card.',
  },
] as const;
