import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { debianFound, makeDebianDisk } from '../bed/debian-disk.ts';
import { type GuestfsKernel, guestfsKernel } from '../bed/guestfs-kernel.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';

const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let kernel: GuestfsKernel;
let connection: HostConnection;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  kernel = await guestfsKernel();
  for (const [name, value] of Object.entries(kernel.environment)) vi.stubEnv(name, value);
  await makeDebianDisk(join(daemon.dir, 'here.raw'));
  await run('qemu-img', ['convert', '-O', 'qcow2', join(daemon.dir, 'here.raw'), join(daemon.dir, 'lib/images/served.qcow2')]);
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', '/var/lib/libvirt/images');
  await daemon.virsh('pool-start', 'images');
  // This computer's processes see the first file under its name, and not the second: it is in a namespace of the daemon's.
  await define('beside', join(daemon.dir, 'here.raw'), 'raw');
  await define('served', '/var/lib/libvirt/images/served.qcow2', 'qcow2');
  connection = await connectTo(daemon.uri);
}, 600_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await connection?.close();
  await kernel?.close();
  await daemon?.stop();
});

async function define(name: string, disk: string, format: string): Promise<void> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>
      <disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
    </devices></domain>`,
  );
  await daemon.virsh('define', file);
}

test.each(['beside', 'served'])(
  'libguestfs itself reads what is installed on the disk of the guest “%s”',
  async (name) => {
    const id = (await daemon.virsh('domuuid', name)).trim();
    const steps = new Set<string>();
    const { inspector } = connection;
    if (inspector === null) throw new Error('this host has no inspector');
    const found = await inspector.inspect(id, quietOperation({ report: (step) => void steps.add(step.replace(/\d+/, 'some')) }));
    expect(found.running).toBe(false);
    expect(found.systems).toMatchObject([debianFound]);
    expect(steps.has('Reading the disks from the host: some MiB so far')).toBe(name === 'served');
  },
  900_000,
);
