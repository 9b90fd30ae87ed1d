import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { tinyDomain } from '../libvirt/tiny-domain.ts';
import { guestRequest, newDisk, plainSpec } from '../bed/guest-request.ts';
import { describeBackend, type TrialHost } from './backend.ts';
import { ChangeLog } from './change-log.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';

const run = promisify(execFile);

/** libvirt's test driver: its guests live in the daemon's memory, as long as somebody is connected. */
async function openTestDriver(): Promise<TrialHost> {
  const daemon = await startPrivateLibvirtd();
  const uri = `test:///default?socket=${daemon.socket}`;
  const guest = '6695eb01-f6a4-8304-79aa-97f2502e193f';
  const virsh = async (...args: string[]) => void (await run('virsh', ['-c', uri.replace('test:', 'test+unix:'), ...args]));
  const hold = async () => {
    const connection = await connectTo(uri);
    const log = new ChangeLog(connection);
    await connection.act(guest, 'force-off');
    await log.guest(guest, ({ state }) => state === 'shut-off');
    return connection;
  };
  let holder = await hold();
  return {
    guest,
    terminal: null,
    creation: null,
    // Its pools hold what it pretends, and no files.
    newFolder: null,
    connect: (signal, readOnly) => libvirtBackend.connect(uri, { ...unattended(signal), readOnly }),
    startBehind: () => virsh('start', 'test'),
    async poolBehind(name) {
      await virsh('pool-define-as', name, 'dir', '--target', '/srv/behind');
      return () => virsh('pool-undefine', name);
    },
    async cut() {
      await restart(daemon);
      holder = await hold();
    },
    async close() {
      await holder.close();
      await daemon.stop();
    },
  };
}

async function openQemu(): Promise<TrialHost> {
  const daemon = await startPrivateLibvirtd();
  const guest = await tinyDomain(daemon, 'conformance');
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', join(daemon.dir, 'lib/images'));
  await daemon.virsh('pool-start', 'images');
  return {
    guest: guest.id,
    // Its kernel is not there yet when they come.
    ignores: ['reboot', 'shut-down'],
    terminal: { name: 'serial0', awaits: /login: $/, type: 'root\r', answer: /root/ },
    connect: (signal, readOnly) => libvirtBackend.connect(daemon.uri, { ...unattended(signal), readOnly }),
    startBehind: async () => void (await daemon.virsh('start', 'conformance')),
    async poolBehind(name) {
      await daemon.virsh('pool-define-as', name, 'dir', '--target', join(daemon.dir, 'behind'));
      return async () => void (await daemon.virsh('pool-undefine', name));
    },
    // A network needs a network namespace, from which a display could not be reached.
    creation: guestRequest(
      plainSpec('made by the suite', { memory: 128 * MiB, disks: [newDisk('images', 64 * MiB)] }),
      (await tinyGuest()).iso,
    ),
    newFolder: join(daemon.dir, 'conformance'),
    cut: () => restart(daemon),
    close: () => daemon.stop(),
  };
}

async function restart(daemon: PrivateLibvirtd): Promise<void> {
  await daemon.crash();
  await daemon.revive();
}

describeBackend('libvirt, test driver', { open: openTestDriver });
describeBackend('libvirt, QEMU', { open: openQemu });
