import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const files: Readonly<Record<string, string>> = {
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
  'etc/debian_version': '12.5\n',
  'etc/hostname': 'orchard\n',
  'etc/fstab': 'LABEL=root / ext4 defaults 0 1\n',
  'var/lib/dpkg/status': `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Description: GNU Bourne Again SHell

Package: apple-press
Status: install ok installed
Architecture: all
Version: 1:2.0-3
Description: presses <apples> & pears

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
Description: was removed
`,
};

/** Makes a raw disk of 64 MiB with what libguestfs knows a Debian 12 by, and two packages installed. */
export async function makeDebianDisk(disk: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'guesthouse-debian-'));
  try {
    for (const folder of ['etc', 'var/lib/dpkg', 'bin', 'usr', 'home']) await mkdir(join(root, folder), { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(root, file), text);
    await writeFile(disk, '');
    await truncate(disk, 64 * 1024 * 1024);
    await run('mkfs.ext4', ['-q', '-F', '-d', root, disk]);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** What virt-inspector 1.48 says of such a disk. */
export const debianReport = `<?xml version="1.0"?>
<operatingsystems>
  <operatingsystem>
    <root>/dev/sda</root>
    <name>linux</name>
    <distro>debian</distro>
    <product_name>12.5</product_name>
    <major_version>12</major_version>
    <minor_version>5</minor_version>
    <package_format>deb</package_format>
    <package_management>apt</package_management>
    <hostname>orchard</hostname>
    <osinfo>debian12</osinfo>
    <mountpoints>
      <mountpoint dev="/dev/sda">/</mountpoint>
    </mountpoints>
    <filesystems>
      <filesystem dev="/dev/sda">
        <type>ext4</type>
        <uuid>a214ba1c-be7e-4193-bc08-d6ad0d247246</uuid>
      </filesystem>
    </filesystems>
    <applications>
      <application>
        <name>apple-press</name>
        <epoch>1</epoch>
        <version>2.0</version>
        <release>3</release>
        <arch>all</arch>
        <source_package>press</source_package>
        <summary>presses &lt;apples&gt; &amp; pears</summary>
      </application>
      <application>
        <name>bash</name>
        <version>5.2.15</version>
        <release>2+b7</release>
        <arch>amd64</arch>
        <url>https://example.org/bash</url>
        <summary>GNU Bourne Again SHell</summary>
        <description>Bash is an sh-compatible command language interpreter.</description>
      </application>
    </applications>
  </operatingsystem>
</operatingsystems>
`;

/** What is to be read of it. */
export const debianFound = {
  name: 'debian 12.5',
  shortId: 'debian12',
  version: '12.5',
  hostname: 'orchard',
  packages: 'deb',
  mounts: [{ path: '/', device: '/dev/sda', filesystem: 'ext4' }],
  applications: [
    { name: 'apple-press', version: '1:2.0-3', arch: 'all', publisher: null, summary: 'presses <apples> & pears' },
    { name: 'bash', version: '5.2.15-2+b7', arch: 'amd64', publisher: null, summary: 'GNU Bourne Again SHell' },
  ],
  cut: false,
};
