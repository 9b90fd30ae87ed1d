import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestId } from '../../backends/model/guest.ts';
import type { PrivateLibvirtd } from './private-libvirtd.ts';
import { tinyGuest } from './tiny-guest.ts';

export interface SpiceGuestOptions {
  readonly name: string;
  /** The <model> of its <video>. */
  readonly video: string;
  /** File that gets what the guest writes to its serial line. */
  readonly serialLog: string;
}

// libvirt 9.0 gives a speaker by -soundhw, which QEMU has no more; so QEMU is told directly where the sound of the PC's own goes.

/** Starts the tests' Linux guest with a SPICE display, the agent's channel, and a speaker whose sound goes to SPICE. Without KVM. */
export async function startSpiceGuest(daemon: PrivateLibvirtd, options: SpiceGuestOptions): Promise<{ readonly id: GuestId }> {
  const { name, video, serialLog } = options;
  const { vmlinux, initrd } = await tinyGuest();
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>${name}</name><memory unit='MiB'>256</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><kernel>${vmlinux}</kernel><initrd>${initrd}</initrd>
    <cmdline>console=tty0 console=ttyS0,115200 quiet no_timer_check</cmdline></os>
  <features><acpi/><apic/></features><cpu mode='maximum'/>
  <devices>
    <serial type='pty'><log file='${serialLog}'/></serial>
    <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>
    <audio id='1' type='spice'/>
    <graphics type='spice' autoport='yes' listen='127.0.0.1'><image compression='auto_glz'/></graphics>
    <video>${video}</video>
    <memballoon model='virtio'/>
  </devices>
  <qemu:commandline><qemu:arg value='-machine'/><qemu:arg value='pcspk-audiodev=audio1'/></qemu:commandline>
</domain>`,
  );
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
  return { id: (await daemon.virsh('domuuid', name)).trim() };
}
