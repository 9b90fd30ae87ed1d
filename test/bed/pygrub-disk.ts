import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyGuest } from './tiny-guest.ts';

const run = promisify(execFile);

/** A raw disk image in `folder` from which pygrub boots the tiny guest: a file system with a kernel and GRUB's menu in it, and no boot loader. */
export async function makePygrubDisk(folder: string): Promise<string> {
  const tiny = await tinyGuest();
  const content = join(folder, 'content');
  await mkdir(join(content, 'boot/grub'), { recursive: true });
  await copyFile(tiny.vmlinux, join(content, 'boot/vmlinux'));
  await copyFile(tiny.initrd, join(content, 'boot/initrd.gz'));
  const menu = 'set timeout=0\nmenuentry "tiny" {\n  linux /boot/vmlinux console=tty0 console=hvc0\n  initrd /boot/initrd.gz\n}\n';
  await writeFile(join(content, 'boot/grub/grub.cfg'), menu);
  const image = join(folder, 'system.img');
  await run('truncate', ['-s', '96M', image]);
  await run('mkfs.ext4', ['-q', '-F', '-d', content, image]);
  return image;
}
