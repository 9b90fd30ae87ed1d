import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { HostConnection, Inspector } from '../../backends/backend.ts';
import { debianFound, debianReport, makeDebianDisk } from '../bed/debian-disk.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';

// libguestfs itself takes a minute, and reads such a disk in test/long. Here stands in its place what reads the disk by QEMU's own client, and
// then says what libguestfs has said of it.
const standIn = (daemon: PrivateLibvirtd) => `#!/bin/sh
dir=${daemon.dir}
case "$1" in --no-icon) ;; *) exit 2 ;; esac
format=\${2#--format=}
echo "$LIBGUESTFS_BACKEND $*" >"$dir/asked"
image=$4
case "$image" in nbd:*) image="nbd+unix:///\${image#nbd://}" ;; esac
case $(cat "$dir/manner") in
  slow) exec sleep 600 ;;
  empty) echo 'virt-inspector: no operating system could be detected inside this disk image.' >&2; exit 1 ;;
esac
qemu-img dd -f "$format" -O raw bs=1M if="$image" of="$dir/copy" >&2 || exit 1
cat "$dir/report.xml"
`;

const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let inspector: Inspector;
let raw: string;

const manner = (text: 'quick' | 'slow' | 'empty') => writeFile(join(daemon.dir, 'manner'), text);

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  const programs = join(daemon.dir, 'programs');
  await mkdir(programs);
  await writeFile(join(programs, 'virt-inspector'), standIn(daemon));
  await chmod(join(programs, 'virt-inspector'), 0o755);
  await writeFile(join(daemon.dir, 'report.xml'), debianReport);
  vi.stubEnv('PATH', `${programs}:${process.env['PATH'] ?? ''}`);
  raw = join(daemon.dir, 'here.raw');
  await makeDebianDisk(raw);
  const images = join(daemon.dir, 'lib/images');
  await run('qemu-img', ['convert', '-O', 'qcow2', raw, join(images, 'whole.qcow2')]);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(images, 'whole.qcow2'), '-F', 'qcow2', join(images, 'overlay.qcow2')]);
  // As the daemon sees them; this computer's processes see no such files.
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', '/var/lib/libvirt/images');
  await daemon.virsh('pool-start', 'images');
  connection = await connectTo(daemon.uri);
  if (connection.inspector === null) throw new Error('this host has no inspector');
  inspector = connection.inspector;
});
beforeEach(() => manner('quick'));
afterAll(async () => {
  vi.unstubAllEnvs();
  await connection?.close();
  await daemon?.stop();
});

async function guest(name: string, format: string, source: string): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>
      <disk type='${source.startsWith('file') ? 'file' : 'volume'}' device='disk'><driver name='qemu' type='${format}'/>
        <source ${source}/><target dev='vda' bus='virtio'/></disk>
      <disk type='file' device='cdrom'><source file='/nowhere/disc.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    </devices></domain>`,
  );
  await daemon.virsh('define', file);
  return (await daemon.virsh('domuuid', name)).trim();
}
const asked = () => readFile(join(daemon.dir, 'asked'), 'utf8');

test('a disk that may be read is read where it lies, as the format that it has', async () => {
  const id = await guest('beside', 'raw', `file='${raw}'`);
  expect(await inspector.outlook(id)).toEqual({
    disks: [{ target: 'vda', source: raw }],
    left: [],
    running: false,
    command: 'virt-inspector --no-icon -c qemu:///system -d beside',
  });
  expect((await inspector.inspect(id, quietOperation())).systems).toMatchObject([debianFound]);
  expect(await asked()).toBe(`direct --no-icon --format=raw -a ${raw}\n`);
});

test.each([
  ['by its path', `file='/var/lib/libvirt/images/whole.qcow2'`],
  ['in its pool', `pool='images' volume='whole.qcow2'`],
])('a disk %s that this person may not read comes from the daemon, byte for byte', async (how, source) => {
  const id = await guest(how.replaceAll(' ', '-'), 'qcow2', source);
  expect((await inspector.inspect(id, quietOperation())).systems).toMatchObject([debianFound]);
  expect(await asked()).toMatch(/^direct --no-icon --format=qcow2 -a nbd:\/\/\?socket=\//);
  await run('cmp', [raw, join(daemon.dir, 'copy')]);
});

test('an image that names another file is not opened from here', async () => {
  const id = await guest('overlay', 'qcow2', `file='/var/lib/libvirt/images/overlay.qcow2'`);
  await expect(inspector.inspect(id, quietOperation())).rejects.toMatchObject({
    code: 'permission',
    reason: expect.stringContaining('built on'),
  });
});

test('disks without a system, a guest without disks, and one who changes their mind are answered', async () => {
  const id = await guest('empty', 'raw', `file='${raw}'`);
  await manner('empty');
  expect((await inspector.inspect(id, quietOperation())).systems).toEqual([]);

  await manner('slow');
  await writeFile(join(daemon.dir, 'asked'), '');
  const cancel = new AbortController();
  const slow = inspector.inspect(id, quietOperation({ signal: cancel.signal }));
  await expect.poll(asked).toContain('--format=raw');
  cancel.abort();
  await expect(slow).rejects.toMatchObject({ code: 'cancelled' });

  const bare = await guest('bare', 'raw', `file='${raw}'`);
  await daemon.virsh('detach-disk', 'bare', 'vda', '--config');
  await expect(inspector.inspect(bare, quietOperation())).rejects.toMatchObject({ code: 'unsupported' });
});
