import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FakeBackend } from '../../backends/fake/fake-backend.ts';
import { startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { containerUsers, describeContainers } from './containers.ts';

const run = promisify(execFile);

describeContainers('fake', async () => {
  const connection = await new FakeBackend({ delay: 1 }).connect('lxc:///system', {
    ...unattended(new AbortController().signal),
    readOnly: false,
  });
  return {
    connection,
    folder: '/srv/root',
    archive: '/srv/root.tar.gz',
    pool: 'default',
    close: () => connection.close(),
  };
});

describeContainers('libvirt, LXC', async () => {
  const daemon = await startPrivateLibvirtd();
  const folder = join(daemon.dir, 'root');
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyFile('/bin/busybox', join(folder, 'bin/busybox'));
  await symlink('busybox', join(folder, 'bin/sh'));
  await chmod(folder, 0o755);
  const archive = join(daemon.dir, 'root.tar.gz');
  await run('tar', ['-C', folder, '--owner=0', '--group=0', '-czf', archive, '.']);
  await run('chown', ['-R', '-h', `${containerUsers.start}:${containerUsers.start}`, folder]);
  await daemon.virsh('pool-define-as', 'default', 'dir', '--target', join(daemon.dir, 'lib/images'));
  await daemon.virsh('pool-start', 'default');
  const connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
  return {
    connection,
    folder,
    archive,
    pool: 'default',
    async close() {
      await connection.close();
      await daemon.stop();
    },
  };
});
