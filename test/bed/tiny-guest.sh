#!/bin/bash
# Builds the tests' Linux guest: the distribution's kernel and busybox, nothing else.
# usage: tiny-guest.sh DIR [KERNEL-PACKAGE]. Makes in DIR: vmlinux (uncompressed), initrd.gz,
# and tiny.iso that boots them by BIOS and by UEFI. Without a package (Debian's), the running
# kernel's files are taken, from where Fedora keeps them.
set -euo pipefail
out=$1
package=${2:-}
mkdir -p "$out"
cd "$out"

# ---- kernel -------------------------------------------------------------------
if [ -n "$package" ]; then
  apt-get download -q "$package" || { apt-get update -q && apt-get download -q "$package"; }
  dpkg-deb -x "$package"_*.deb kernel
  rm "$package"_*.deb
  release=$(ls kernel/lib/modules)
  cp "kernel/boot/vmlinuz-$release" vmlinuz
else
  release=$(uname -r)
  mkdir -p kernel/lib/modules
  cp -r "/lib/modules/$release" kernel/lib/modules/
  cp "/lib/modules/$release/vmlinuz" vmlinuz
fi
# QEMU starts an uncompressed kernel by its PVH note, which saves the seconds that
# decompression takes in emulation. The payload's start is known by its magic bytes.
payload() { LC_ALL=C grep -aboP "$1" vmlinuz | cut -d: -f1 | sed -n 1p; }
if at=$(payload '\xFD7zXZ\x00') && [ -n "$at" ]; then
  tail -c "+$((at + 1))" vmlinuz | xz -dc --single-stream >vmlinux 2>/dev/null || true # what follows it
else
  at=$(payload '\x28\xB5\x2F\xFD')
  tail -c "+$((at + 1))" vmlinuz | zstd -dcq >vmlinux 2>/dev/null || true
fi
[ "$(head -c 4 vmlinux | tail -c 3)" = ELF ] || { echo "no kernel found in vmlinuz" >&2; exit 1; }

# ---- initial file system --------------------------------------------------------
busybox=$(command -v busybox)
if ldd "$busybox" >/dev/null 2>&1; then
  echo "$busybox is not the static one (Debian: busybox-static)" >&2
  exit 1
fi
mkdir -p root/{bin,dev,proc,sys,etc/acpi/PWRF,tmp,run,mnt,root}
cp "$busybox" root/bin/busybox
ln -s bin root/sbin
for applet in $("$busybox" --list); do
  [ "$applet" = busybox ] || ln -sf busybox "root/bin/$applet"
done

modules="virtio_pci virtio_blk virtio_net virtio_console virtio_balloon virtio_rng virtio_gpu bochs qxl
  ahci virtio_scsi virtiofs sd_mod sr_mod isofs e1000e button evdev af_packet xen_blkfront xen_netfront"
mkdir -p "root/lib/modules/$release"
depmod -b kernel "$release"
for module in $modules; do
  # Those built into the kernel have no file.
  { modprobe -d "$PWD/kernel" -S "$release" --show-depends "$module" 2>/dev/null || true; } |
    awk '$1 == "insmod" { print $2 }'
done | sort -u | while read -r file; do
  target=root/lib/modules/$release/$(basename "$file")
  case $file in
    *.xz) xz -dc "$file" >"${target%.xz}" ;;
    *.zst) zstd -dcq "$file" >"${target%.zst}" ;;
    *) cp "$file" "$target" ;;
  esac
done
cp "kernel/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "root/lib/modules/$release/"
depmod -b root "$release"
echo $modules >root/etc/modules

cat >root/init <<'INIT'
#!/bin/sh
export PATH=/bin HOME=/root TERM=linux
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
for module in $(cat /etc/modules); do modprobe -q "$module"; done
hostname tiny
# A paravirtual guest of Xen has this line and no other.
[ "$(cat /sys/hypervisor/type 2>/dev/null)" != xen ] || echo 'hvc0::respawn:/bin/getty -L 115200 hvc0 vt100' >>/etc/inittab
ip link set lo up
for path in /sys/class/net/e*; do
  [ -e "$path" ] || continue
  ip link set "${path##*/}" up
  udhcpc -b -S -t 20 -T 1 -i "${path##*/}" -x hostname:tiny -s /etc/lease.sh >/dev/null 2>&1 &
done
exec linuxrc
INIT
cat >root/etc/lease.sh <<'LEASE'
#!/bin/sh
case $1 in bound | renew) ;; *) exit ;; esac
ip addr flush dev "$interface"
ip addr add "$ip/${mask:-24}" dev "$interface"
[ -z "$router" ] || ip route replace default via "${router%% *}"
echo "$interface has the address $ip" >/dev/kmsg
LEASE
# Something for the graphs to show: usage: activity [SECONDS]
cat >root/bin/activity <<'ACTIVITY'
#!/bin/sh
seconds=${1:-10}
gateway=$(ip route | awk '/^default/ { print $3 }')
[ -z "$gateway" ] || ping -q -s 1400 -w "$seconds" "$gateway" &
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ]; do
  for disk in /dev/vda /dev/sda /dev/xvda; do
    [ -b "$disk" ] || continue
    dd if=/dev/urandom of="$disk" bs=64k count=64 conv=fsync
    echo 3 >/proc/sys/vm/drop_caches
    dd if="$disk" of=/dev/null bs=64k count=64
  done 2>/dev/null
done
wait
echo "activity done"
ACTIVITY
cat >root/etc/inittab <<'INITTAB'
ttyS0::respawn:/bin/getty -L 115200 ttyS0 vt100
tty1::respawn:/bin/getty 38400 tty1 linux
::respawn:/bin/acpid -d
::ctrlaltdel:/bin/reboot -f
INITTAB
# The ACPI power button, as busybox's acpid names its action.
printf '#!/bin/sh\npoweroff -f\n' >root/etc/acpi/PWRF/00000080
echo 'root::0:0:root:/root:/bin/sh' >root/etc/passwd
echo 'root:x:0:' >root/etc/group
printf 'ttyS0\ntty1\nhvc0\n' >root/etc/securetty
printf 'Tiny test guest: log in as root, no password\n\n' >root/etc/issue
chmod +x root/init root/etc/lease.sh root/bin/activity root/etc/acpi/PWRF/00000080
(cd root && find . | cpio -o -H newc --quiet) | gzip -6 >initrd.gz

# ---- ISO ----------------------------------------------------------------------
mkdir -p iso/boot/grub
cp vmlinuz initrd.gz iso/boot/
cat >iso/boot/grub/grub.cfg <<'GRUB'
set timeout=1
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
menuentry "Tiny test guest" {
  linux /boot/vmlinuz console=ttyS0,115200 console=tty0 loglevel=7 no_timer_check
  initrd /boot/initrd.gz
}
GRUB
mkrescue=$(command -v grub-mkrescue || command -v grub2-mkrescue)
# Identifiers by which osinfo-db knows Debian 11's installer, to have something to recognise.
"$mkrescue" -o tiny.iso iso -- -volid 'Debian 11.5.0 amd64 n' -system_id LINUX >mkrescue.log 2>&1 ||
  { cat mkrescue.log >&2; exit 1; }
rm -rf kernel root iso vmlinuz mkrescue.log
