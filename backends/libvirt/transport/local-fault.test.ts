import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localFault } from './local-fault.ts';
import type { LocalSocket, Surroundings } from './local-socket.ts';

const errno = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

function place(...files: string[]): Surroundings {
  return { environment: {}, uid: 1000, home: '/home/me', exists: (path) => files.includes(path) };
}

const system: LocalSocket = { path: '/var/run/libvirt/virtqemud-sock', session: false, daemon: 'virtqemud', driver: 'qemu' };

describe('a socket that is not there', () => {
  test("of a daemon that is installed names systemd's unit for it", async () => {
    expect(await localFault(system, place('/usr/sbin/virtqemud'), errno('ENOENT'))).toMatchObject({
      code: 'daemon-missing',
      reason: 'connect ENOENT',
      remedy: expect.stringContaining('systemctl enable --now virtqemud.socket'),
    });
    const legacy = { ...system, daemon: 'libvirtd' };
    expect((await localFault(legacy, place('/usr/sbin/libvirtd'), errno('ENOENT'))).remedy).toContain('libvirtd.socket');
  });

  test.each([
    ['qemu', 'dnf install libvirt-daemon-kvm', 'apt install libvirt-daemon-system'],
    ['lxc', 'dnf install libvirt-daemon-lxc', 'apt install libvirt-daemon-driver-lxc'],
    ['xen', 'dnf install libvirt-daemon-xen', 'apt install libvirt-daemon-driver-xen'],
  ] as const)('of %s, which is not installed, names the packages', async (driver, fedora, debian) => {
    const { remedy } = await localFault({ ...system, driver, daemon: `virt${driver}d` }, place(), errno('ENOENT'));
    expect(remedy).toContain(fedora);
    expect(remedy).toContain(debian);
    expect(remedy).toContain(`virt${driver}d.socket`);
  });
});

test('a stale socket asks for a restart', async () => {
  expect(await localFault(system, place(), errno('ECONNREFUSED'))).toMatchObject({
    code: 'daemon-missing',
    remedy: expect.stringContaining('systemctl restart virtqemud.socket'),
  });
});

describe('a socket that one may not use', () => {
  let directory: string;
  let socket: LocalSocket;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'guesthouse-fault-'));
    socket = { ...system, path: join(directory, 'sock') };
    await writeFile(socket.path, '');
  });
  afterEach(() => rm(directory, { recursive: true }));

  // Only root may give files to a group; for others the group is their own.
  test('is for the group that it belongs to, by its name', async () => {
    const isRoot = process.getuid?.() === 0;
    const group = isRoot ? 'daemon' : execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
    if (isRoot) await chown(socket.path, 0, Number(execFileSync('getent', ['group', 'daemon'], { encoding: 'utf8' }).split(':')[2]));
    await chmod(socket.path, 0o770);
    expect(await localFault(socket, place(), errno('EACCES'))).toMatchObject({
      code: 'permission',
      message: expect.stringContaining(`the group “${group}”`),
      remedy: expect.stringContaining(`--groups ${group} `),
    });
  });

  test('by nobody but root advises no group', async () => {
    await chmod(socket.path, 0o700);
    expect((await localFault(socket, place(), errno('EPERM'))).remedy).not.toContain('usermod');
  });

  test('can be looked at where the host lets everybody look', async () => {
    expect((await localFault(socket, place(`${socket.path}-ro`), errno('EACCES'))).remedy).toContain('tick “Only look”');
    expect((await localFault(socket, place(), errno('EACCES'))).remedy).not.toContain('Only look');
  });
});
