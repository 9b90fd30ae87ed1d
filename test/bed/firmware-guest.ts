import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestId } from '../../backends/model/guest.ts';
import type { PrivateLibvirtd } from './private-libvirtd.ts';

/** Starts a guest that is nothing but firmware, which shows that it has nothing to boot. `devices` are its displays. Takes a second. */
export async function startFirmwareGuest(daemon: PrivateLibvirtd, name: string, devices: string): Promise<{ readonly id: GuestId }> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory>
    <os><type arch='x86_64' machine='q35'>hvm</type></os>
    <devices>${devices}<video><model type='vga'/></video></devices></domain>`,
  );
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
  return { id: (await daemon.virsh('domuuid', name)).trim() };
}
