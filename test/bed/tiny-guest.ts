import { join } from 'node:path';
import { testGuestFolder } from '../../build/setup/test-guest.mjs';

/** Files of the tests' Linux guest, which any user may read. Login `root`, no password, on
 *  tty1 (the picture), ttyS0 and Xen's hvc0; DHCP; obeys the ACPI power button; `activity 10` keeps its
 *  disk, network and processor busy for ten seconds. */
export interface TinyGuest {
  /** Uncompressed kernel: boots to the login in 4 s without KVM. */
  readonly vmlinux: string;
  readonly initrd: string;
  /** Boots by BIOS and UEFI, in about 20 s; osinfo-db takes it for Debian 11. */
  readonly iso: string;
}

/** The set-up has built it; where a test is run without that, it is built here, for which the kernel is fetched. */
export async function tinyGuest(): Promise<TinyGuest> {
  const dir = await testGuestFolder();
  return { vmlinux: join(dir, 'vmlinux'), initrd: join(dir, 'initrd.gz'), iso: join(dir, 'tiny.iso') };
}

export interface TinyDomainOptions {
  readonly name: string;
  /** From the ISO, as a person's new guest would; else by the kernel, which is quicker. */
  readonly bootIso?: boolean;
  /** Path of a qcow2 image: /dev/vda. */
  readonly disk?: string;
  /** Name of a libvirt network. */
  readonly network?: string;
  /** File that gets what the guest writes to its serial line. */
  readonly serialLog?: string;
}

/** A definition of the guest for QEMU without KVM, with 256 MiB, a VNC picture and a serial line. */
export function tinyDomainXml(guest: TinyGuest, options: TinyDomainOptions): string {
  const { name, bootIso, disk, network, serialLog } = options;
  const direct = `<kernel>${guest.vmlinux}</kernel><initrd>${guest.initrd}</initrd>
    <cmdline>console=tty0 console=ttyS0,115200 quiet</cmdline>`;
  const cdrom = `<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='${guest.iso}'/>
      <target dev='sda' bus='sata'/><readonly/></disk>`;
  return `<domain type='qemu'>
  <name>${name}</name><memory unit='MiB'>256</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type>${bootIso ? "<boot dev='cdrom'/>" : direct}</os>
  <features><acpi/><apic/></features><cpu mode='maximum'/>
  <devices>
    ${bootIso ? cdrom : ''}
    ${disk === undefined ? '' : `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`}
    ${network === undefined ? '' : `<interface type='network'><source network='${network}'/><model type='virtio'/></interface>`}
    <serial type='pty'>${serialLog === undefined ? '' : `<log file='${serialLog}'/>`}</serial>
    <graphics type='vnc' port='-1' listen='127.0.0.1'/><video><model type='vga'/></video>
    <memballoon model='virtio'/>
  </devices>
</domain>`;
}
