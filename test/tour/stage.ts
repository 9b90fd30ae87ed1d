import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { appCommand } from '../app/launch.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';

const NAT_NETWORK = `<network><name>default</name><forward mode='nat'/><bridge name='virbr0' stp='off'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.99'/></dhcp></ip></network>`;

/** The built app in its window, a libvirt of its own, as new as on a fresh machine, with a NAT network, and an ISO. */
export interface Stage {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly daemon: PrivateLibvirtd;
  readonly display: string;
  readonly iso: string;
  /** What the app wrote to its log until now. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Needs a network namespace of its own: see own-network.ts. */
export async function setStage(): Promise<Stage> {
  const { iso: built } = await tinyGuest();
  const daemon = await startPrivateLibvirtd();
  const network = join(daemon.dir, 'network.xml');
  await writeFile(network, NAT_NETWORK);
  await daemon.virsh('net-define', network);
  await daemon.virsh('net-start', 'default');

  const command = await appCommand({ uri: daemon.uri });
  // Not in the person's home, which the hypervisor's own user may not enter.
  const images = await mkdtemp(join(tmpdir(), 'guesthouse-images-'));
  await chmod(images, 0o755);
  const iso = join(images, 'debian-11.iso');
  await copyFile(built, iso);
  const app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
  const page = await app.firstWindow();
  return {
    app,
    page,
    daemon,
    display: command.env['DISPLAY'] ?? '',
    iso,
    log: () => readFile(join(command.home, 'state/guesthouse/guesthouse.log'), 'utf8').catch(() => ''),
    async stop() {
      await app.close();
      await command.dispose();
      // Their bridges are the kernel's: they would outlive the daemon, and stand in the way of the next tour's.
      const networks = (await daemon.virsh('net-list', '--name')).split('\n').filter(Boolean);
      for (const name of networks) await daemon.virsh('net-destroy', name);
      await daemon.stop();
      await rm(images, { recursive: true });
    },
  };
}
