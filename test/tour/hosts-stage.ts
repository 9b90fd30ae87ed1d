import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { NOBODY } from '../../build/setup/window-user.mjs';
import { appCommand } from '../app/launch.ts';
import { type Authority, makeAuthority } from '../bed/certificates.ts';
import { linkedAddress, linkHost, type LinkedHost } from '../bed/linked-host.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type PrivateSshd, startPrivateSshd } from '../bed/private-sshd.ts';
import { tinyDomain } from '../libvirt/tiny-domain.ts';

const run = promisify(execFile);
const SUBNET = 9;
const IMAGE_BYTES = 48 * 1024 * 1024;

/** The built app in its window; a libvirt of this computer; and a host at the end of a cable, reached by ssh and by TLS. */
export interface HostsStage {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly display: string;
  readonly far: PrivateLibvirtd;
  readonly link: LinkedHost;
  readonly sshd: PrivateSshd;
  /** The folder with the person's certificates. */
  readonly certificates: string;
  /** A disk image of the person's; the far host has a pool "disks" for it. */
  readonly image: string;
  /** Ends the daemon of the session of the person in front of the window, as a crash does. */
  killSessionDaemon(): Promise<void>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Needs a network namespace of its own: see own-network.ts. */
export async function setHostsStage(): Promise<HostsStage> {
  const here = await startPrivateLibvirtd();
  const authority = await makeAuthority();
  const served = await authority.issue('attic', { addresses: [linkedAddress(SUBNET)] });
  const certificates = await personsCertificates(authority);
  const far = await startPrivateLibvirtd({
    network: true,
    listen: { tls: { ca: authority.ca, ...served } },
    libvirtdConf: 'listen_addr = "0.0.0.0"',
  });
  const link = await linkHost(far, SUBNET);
  const sshd = await startPrivateSshd({ enter: far.enter, address: link.address });
  await tinyDomain(here, 'nearby');
  await tinyDomain(far, 'distant');
  await far.virsh('start', 'distant');
  await far.virsh('pool-create-as', 'disks', 'dir', '--target', join(far.dir, 'lib/images'));

  const command = await appCommand({ uri: here.uri });
  const runtime = join(command.home, 'run');
  await mkdir(runtime, { mode: 0o700 });
  await chown(runtime, NOBODY, NOBODY);
  const image = join(command.home, 'image.raw');
  await writeFile(image, randomBytes(IMAGE_BYTES));
  const env: Record<string, string> = { ...command.env, XDG_RUNTIME_DIR: runtime };
  const executable = await atHome(command.executable, command.home);
  const app = await _electron.launch({ executablePath: executable, env, chromiumSandbox: true, colorScheme: null });
  const page = await app.firstWindow();
  return {
    app,
    page,
    display: env['DISPLAY'] ?? '',
    far,
    link,
    sshd,
    certificates,
    image,
    async killSessionDaemon() {
      const daemons = ['virtqemud', 'libvirtd'].map((daemon) => readFile(join(runtime, `libvirt/${daemon}.pid`), 'utf8'));
      process.kill(Number(await Promise.any(daemons)), 'SIGKILL');
    },
    log: () => readFile(join(command.home, 'state/guesthouse/guesthouse.log'), 'utf8').catch(() => ''),
    async stop() {
      await app.close();
      await command.dispose();
      await sshd.stop();
      await link.remove();
      await Promise.all([here.stop(), far.stop(), authority.remove()]);
    },
  };
}

async function personsCertificates(authority: Authority): Promise<string> {
  const folder = await authority.clientFolder('certificates', { own: await authority.issue('person') });
  await chmod(authority.dir, 0o755);
  await run('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  return folder;
}

/** ssh takes a person's home from the list of accounts, in which the window's user has none. A program that is told otherwise. */
async function atHome(program: string, home: string): Promise<string> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').filter((line) => line.split(':')[2] !== String(NOBODY));
  const list = join(home, 'passwd');
  await writeFile(list, [`nobody:x:${NOBODY}:${NOBODY}::${home}:/bin/sh`, ...accounts].join('\n'));
  await chmod(list, 0o644);
  const wrapper = join(home, 'guesthouse');
  const inner = `mount --bind '${list}' /etc/passwd && exec '${program}' "$@"`;
  await writeFile(wrapper, `#!/bin/sh\nexec unshare --mount --propagation private sh -c '${inner.replaceAll("'", `'\\''`)}' sh "$@"\n`);
  await chmod(wrapper, 0o755);
  return wrapper;
}
