import { execFile, spawn } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { Reader } from '../conformance/bytes.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { connectTo } from '../bed/unattended-connect.ts';

const run = promisify(execFile);
// Debian's nobody and nogroup: any user but root will do.
const NOBODY = 65_534;
let daemon: PrivateLibvirtd;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
});
afterAll(() => daemon.stop());

const connect = (uri: string): Promise<HostConnection> => connectTo(uri);

test('containers are listed, watched and opened, though their driver has no statistics', async () => {
  const root = join(daemon.dir, 'container');
  await mkdir(join(root, 'bin'), { recursive: true });
  for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc']) await mkdir(join(root, folder));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  const definition = `<domain type='lxc'><name>container</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
    <os><type>exe</type><init>/bin/sh</init></os><devices><emulator>/usr/lib/libvirt/libvirt_lxc</emulator>
    <filesystem type='mount'><source dir='${root}'/><target dir='/'/></filesystem><console type='pty'/></devices></domain>`;
  await writeFile(join(daemon.dir, 'lxc.xml'), definition);
  const uri = `lxc:///system?socket=${daemon.socket}`;
  const virsh = (...args: string[]) => run('virsh', ['-c', uri.replace('lxc:', 'lxc+unix:'), ...args]);
  await virsh('define', join(daemon.dir, 'lxc.xml'));

  const connection = await connect(uri);
  try {
    const log = new ChangeLog(connection);
    expect(connection.abilities).toMatchObject({ createGuests: true, graphicalConsole: false, serialConsole: true });
    const [guest, ...others] = await connection.listGuests();
    expect(others).toEqual([]);
    expect(guest).toMatchObject({ name: 'container', state: 'shut-off', persistent: true, vcpus: 1, memory: 64 * 1024 * 1024 });
    const id = guest?.id ?? '';
    await virsh('start', 'container');
    await log.guest(id, ({ state }) => state === 'running', 1000);
    expect(await connection.describeGuest(id)).toMatchObject({ virtualization: 'container', firmware: null, machine: null });
    const { consoles } = await connection.describeGuest(id);
    const stream = await connection.openConsole(id, consoles[0]?.name ?? '', { force: false });
    await stream.write(Buffer.from('echo $((6 * 7))\n'));
    await new Reader(stream).until(/42/);
    await stream.close();
    await connection.act(id, 'force-off');
    await log.guest(id, ({ state }) => state === 'shut-off', 1000);
  } finally {
    await connection.close();
  }
});

test('who may only look is told so when they change something', async () => {
  const connection = await connect(`test:///default?socket=${join(dirname(daemon.socket), 'libvirt-sock-ro')}`);
  try {
    const [guest] = await connection.listGuests();
    expect(guest).toMatchObject({ name: 'test', state: 'running' });
    await expect(connection.act(guest?.id ?? '', 'pause')).rejects.toMatchObject({ code: 'permission' });
    expect((await connection.listGuests())[0]).toMatchObject({ state: 'running' });
  } finally {
    await connection.close();
  }
});

test('a driver that the host has not is said to be missing', async () => {
  await expect(connect(`xen:///system?socket=${daemon.socket}`)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(connect(`qemu:///system?socket=${daemon.dir}/nothing`)).rejects.toMatchObject({ code: 'daemon-missing' });
});

test('a session daemon of an unprivileged user is a host like any other', async () => {
  const home = await mkdtemp(join(tmpdir(), 'guesthouse-session-'));
  await chown(home, NOBODY, NOBODY);
  await chmod(home, 0o700);
  const session = spawn('libvirtd', [], {
    uid: NOBODY,
    gid: NOBODY,
    env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    stdio: 'ignore',
  });
  try {
    const uri = `qemu:///session?socket=${join(home, 'libvirt/libvirt-sock')}`;
    await expect.poll(() => connect(uri).then((connection) => connection.close()), { timeout: 10_000 }).toBeUndefined();
    const connection = await connect(uri);
    expect(await connection.listGuests()).toEqual([]);
    expect(connection.facts).toMatchObject({ hypervisor: 'QEMU' });
    const guest = { id: '6695eb01-f6a4-8304-79aa-97f2502e193f', name: 'x', state: 'running', persistent: true, autostart: false } as const;
    expect(connection.commandFor({ ...guest, saved: false, vcpus: 1, memory: 0 }, 'pause')).toBe(`virsh -c '${uri}' suspend --domain x`);
    await connection.close();
  } finally {
    session.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  }
});
