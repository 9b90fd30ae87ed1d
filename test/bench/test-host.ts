import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';

/**
 * A host of libvirt's test driver with running guests, served by `daemon`, so that every rival reaches it by the same socket. One path of
 * the query is the driver's file on the daemon's side.
 */
export async function testHost(daemon: PrivateLibvirtd, guests: number): Promise<{ readonly ours: string; readonly rivals: string }> {
  const file = join(daemon.dir, `guests-${guests}.xml`);
  const guest = (number: number) => `<domain type='test'><name>guest-${String(number).padStart(5, '0')}</name>
    <memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`;
  await writeFile(file, `<node>${Array.from({ length: guests }, (_, number) => guest(number)).join('\n')}</node>`);
  const socket = `socket=${daemon.socket}`;
  return { ours: `test://${file}?${socket}`, rivals: `test+unix://${file}?${socket}` };
}
