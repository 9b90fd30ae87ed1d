import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestId } from '../../backends/model/guest.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyDomainXml, tinyGuest, type TinyDomainOptions } from '../bed/tiny-guest.ts';

/** Defines the tests' Linux guest on a private QEMU daemon. It boots to its login in about four seconds, without KVM. */
export async function tinyDomain(
  daemon: PrivateLibvirtd,
  name: string,
  more: Omit<TinyDomainOptions, 'name'> = {},
): Promise<{ readonly id: GuestId }> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(file, tinyDomainXml(await tinyGuest(), { name, ...more }));
  await daemon.virsh('define', file);
  return { id: (await daemon.virsh('domuuid', name)).trim() };
}
