import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What debootstrap names itself, what the suite requires of its own accord, and what a container is asked to have besides; all of it empty. */
const empty = ['base-passwd', 'libc6', 'perl-base', 'mawk', 'usr-is-merged', 'apt', 'init', 'login', 'dbus', 'iproute2', 'ifupdown'];

/** Enough of dpkg for debootstrap, which has unpacked what there is before: runs what each package wants to have run. */
const DPKG = `#!/bin/sh
for word; do
  case $word in
  *.deb)
    rm -rf /tmp/control
    dpkg-deb -e "$word" /tmp/control || exit
    [ ! -x /tmp/control/postinst ] || /tmp/control/postinst configure || exit
    ;;
  esac
done
`;

export interface DebRepository {
  /** What a web server answers, by path. */
  readonly files: Record<string, Buffer>;
  /** With the key that it is signed by. */
  readonly keyring: string;
}

/**
 * A signed repository of tiny packages: one brings busybox, a dpkg of a few lines, and an init that says `greeting` on the console; another has a
 * script to be run when it is installed, whose words stand in /scriptlet.
 */
export async function makeDebRepository(dir: string, suite: string, greeting: string): Promise<DebRepository> {
  const files: Record<string, Buffer> = {};
  const entries: string[] = [];
  const add = async (name: string, postinst: string | null = null) => {
    const control = `Package: ${name}\nVersion: 1\nArchitecture: amd64\nPriority: required\nMaintainer: Nobody <nobody@example.org>\nDescription: tiny\n`;
    await mkdir(join(dir, name, 'DEBIAN'), { recursive: true });
    await writeFile(join(dir, name, 'DEBIAN/control'), control);
    if (postinst !== null) await writeFile(join(dir, name, 'DEBIAN/postinst'), postinst, { mode: 0o755 });
    const deb = join(dir, `${name}.deb`);
    await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', join(dir, name), deb]);
    const bytes = await readFile(deb);
    const filename = `pool/${name}_1_amd64.deb`;
    files[`/${filename}`] = bytes;
    entries.push(`${control}Filename: ${filename}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`);
  };
  await makeSystem(join(dir, 'base-files'), greeting);
  await add('base-files');
  await makeProgram(join(dir, 'dpkg/usr/bin/dpkg'), DPKG);
  await add('dpkg', '#!/bin/sh\necho "installed by $(id -u)" >/scriptlet\n');
  for (const name of empty) await add(name);

  const packages = Buffer.from(entries.map((entry) => `${entry}\n`).join(''));
  files[`/dists/${suite}/main/binary-amd64/Packages`] = packages;
  const heads = [`Origin: Test`, `Suite: ${suite}`, `Codename: ${suite}`, 'Architectures: amd64', 'Components: main', 'SHA256:'];
  const sum = ` ${sha256(packages)} ${packages.length} main/binary-amd64/Packages`;
  const release = join(dir, 'Release');
  await writeFile(release, [...heads, sum, ''].join('\n'));
  const keyring = join(dir, 'keyring.gpg');
  await sign(join(dir, 'keys'), release, keyring);
  files[`/dists/${suite}/Release`] = await readFile(release);
  files[`/dists/${suite}/Release.gpg`] = await readFile(`${release}.gpg`);
  return { files, keyring };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function makeProgram(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}

async function makeSystem(dir: string, greeting: string): Promise<void> {
  for (const each of ['usr/bin', 'usr/sbin', 'usr/lib', 'etc', 'dev', 'proc', 'sys', 'var/cache', 'var/log', 'tmp']) {
    await mkdir(join(dir, each), { recursive: true });
  }
  for (const each of ['bin', 'sbin', 'lib']) await symlink(`usr/${each}`, join(dir, each));
  await run('sh', ['-c', 'cp -L "$(command -v busybox)" "$0/usr/bin/busybox"', dir]);
  const programs = ['sh', 'cat', 'true', 'id', 'ls', 'rm', 'stat', 'sleep', 'dpkg-deb'];
  await run('sh', ['-c', 'cd "$0/usr/bin" && for each; do ln -s busybox "$each"; done', dir, ...programs]);
  await makeProgram(join(dir, 'usr/sbin/ldconfig'), '#!/bin/sh\n');
  await makeProgram(join(dir, 'usr/sbin/start-stop-daemon'), '#!/bin/sh\n');
  await makeProgram(join(dir, 'usr/sbin/init'), `#!/bin/sh\necho ${greeting} $(cat /scriptlet)\nexec /bin/sh\n`);
}

async function sign(home: string, release: string, keyring: string): Promise<void> {
  await mkdir(home, { mode: 0o700 });
  const gpg = (...words: string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '', ...words]);
  try {
    await gpg('--quick-gen-key', 'Nobody <nobody@example.org>', 'rsa2048', 'sign', 'never');
    await gpg('--armor', '--output', `${release}.gpg`, '--detach-sign', release);
    await gpg('--output', keyring, '--export');
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
  }
}
