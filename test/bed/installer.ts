import { execFile } from 'node:child_process';
import { copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyGuest } from './tiny-guest.ts';

const run = promisify(execFile);

/** What a medium says of itself, by which osinfo-db takes it for a distribution's own. */
export interface MediumLabels {
  readonly volume: string;
  readonly publisher?: string;
}

export interface Installer {
  /** Its first file system; the tiny guest's kernel goes with it. */
  readonly initrd: string;
  /** A medium that boots it by BIOS and UEFI. */
  medium(path: string, labels: MediumLabels): Promise<void>;
}

// Looks where Anaconda, Windows' setup and Debian's installer look, for what they read there, and says for whom it is.
const TELL = `found='no answers'
look() { [ -z "$3" ] || found="answers: $1 of $2 for $3"; }
[ ! -f /preseed.cfg ] || look preseed initrd "$(sed -n 's|^d-i passwd/username string ||p' /preseed.cfg)"
at=/tmp/disc.$$
mkdir -p $at
for disc in /dev/sr*; do
  label=$(dd if=$disc bs=2048 skip=16 count=1 2>/dev/null | dd bs=1 skip=40 count=32 2>/dev/null | tr -d ' ')
  mount -t iso9660 -o ro $disc $at 2>/dev/null || continue
  [ "$label" != OEMDRV ] || look kickstart $label "$(sed -n 's/^ *useradd -G wheel \\([a-z]*\\).*/\\1/p' $at/ks.cfg)"
  [ ! -f $at/autounattend.xml ] || look autounattend.xml $label "$(sed -n 's|.*<Username>\\(.*\\)</Username>.*|\\1|p' $at/autounattend.xml | sed -n 1p)"
  umount $at
done
while :; do
  echo "$found"
  echo "words: $(cat /proc/cmdline)"
  sleep 2
done
`;

// Kernels unpack one archive after the other, each from a multiple of four on.
const BUILD = `cp "$1" initrd.gz
truncate -s %4 initrd.gz
(cd files && find . | cpio -o -H newc --quiet) | gzip >>initrd.gz
for file in vmlinuz grub/grub.cfg; do xorriso -osirrox on -indev "$2" -extract "/boot/$file" "iso/boot/$file"; done
cp initrd.gz iso/boot/
"$(command -v grub-mkrescue || command -v grub2-mkrescue)" -o installer.iso iso -- -volid INSTALLER -system_id LINUX
`;

/** Where ISO 9660 has what a medium is called: ECMA-119, 8.4. */
const PRIMARY_DESCRIPTOR = 16 * 2048;

/** Distributions' installers take an hour here: this one only shows what they would find. In a new `folder`. */
export async function makeInstaller(folder: string): Promise<Installer> {
  const tiny = await tinyGuest();
  const initrd = join(folder, 'initrd.gz');
  const base = join(folder, 'installer.iso');
  await mkdir(join(folder, 'files/etc'), { recursive: true });
  await mkdir(join(folder, 'iso/boot/grub'), { recursive: true });
  await writeFile(join(folder, 'files/tell-answers'), TELL);
  await writeFile(join(folder, 'files/etc/inittab'), 'ttyS0::respawn:/bin/sh /tell-answers\ntty1::respawn:/bin/sh /tell-answers\n');
  await run('sh', ['-ec', BUILD, 'sh', tiny.initrd, tiny.iso], { cwd: folder });
  return {
    initrd,
    async medium(path, { volume, publisher = '' }) {
      await copyFile(base, path);
      const file = await open(path, 'r+');
      try {
        await file.write(volume.padEnd(32), PRIMARY_DESCRIPTOR + 40, 'latin1');
        await file.write(publisher.padEnd(128), PRIMARY_DESCRIPTOR + 318, 'latin1');
      } finally {
        await file.close();
      }
    },
  };
}
