#!/bin/bash
# Builds a whole Debian 12 computer for the tests, which QEMU emulates: what the machine's own kernel may lack (LVM, iSCSI, NFS, USB, IOMMU
# groups, Wi-Fi) its kernel has, and it boots under Xen as well.
# usage: emulated-host.sh DIR. Makes in DIR: disk.img (ext4, without partitions), vmlinuz, initrd.img, xen, key, with which
# root logs in, and host_key.pub, by which the host is known.
# Fetches 400 MB; takes two minutes and 2 GB.
set -euo pipefail
out=$1
mkdir -p "$out"
cd "$out"

system=linux-image-amd64,systemd-sysv,dbus,udev,kmod,procps,busybox-static,zstd,acl
network=openssh-server,iproute2,ifupdown,netcat-openbsd,nftables,iptables,dnsmasq-base,network-manager,wpasupplicant,hostapd,iw,openvswitch-switch
hypervisors=libvirt-daemon-system,libvirt-clients,libvirt-daemon-driver-qemu,libvirt-daemon-driver-lxc,qemu-system-x86,qemu-utils,ovmf,seabios
xen=libvirt-daemon-driver-xen,xen-hypervisor-4.17-amd64,xen-utils-4.17,xen-utils-common,xenstore-utils,qemu-system-xen
storage=lvm2,parted,multipath-tools,open-iscsi,tgt,nfs-kernel-server,nfs-common,e2fsprogs,xfsprogs,polkitd

ssh-keygen -q -t ed25519 -N '' -C emulated-host -f key

# What makes it a host; runs in the new system.
cat >inside.sh <<'INSIDE'
set -eu
echo emulated >/etc/hostname
echo '127.0.0.1 localhost emulated' >/etc/hosts
echo '/dev/vda / ext4 defaults 0 1' >/etc/fstab
passwd -d root
# The card that we come by has a name of its own, whichever other cards there are.
mkdir -p /etc/systemd/network
printf '[Match]\nMACAddress=52:54:00:00:00:01\n[Link]\nName=road0\n' >/etc/systemd/network/10-road.link
printf 'auto lo\niface lo inet loopback\nallow-hotplug road0\niface road0 inet static\n  address 10.0.2.15/24\n  gateway 10.0.2.2\n' \
  >/etc/network/interfaces
printf '%s\n' virtio_blk virtio_pci virtio_net ext4 >>/etc/initramfs-tools/modules
# A test starts what it is about: boots are shorter, and nothing takes a disk before a test looks.
for unit in tgt nfs-server nfs-kernel-server rpcbind.service rpcbind.socket multipathd.service multipathd.socket openvswitch-switch hostapd \
  NetworkManager-wait-online e2scrub_reap e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer; do
  systemctl disable "$unit" || true # not every release has each of them
done
systemctl mask apt-daily.service rpc-statd-notify.service libvirt-guests.service
# Debian does not order the two: a libvirtd that is up before Xen's own programs are has no driver for it until it is started again.
mkdir -p /etc/systemd/system/libvirtd.service.d
printf '[Unit]\nAfter=xen.service\n' >/etc/systemd/system/libvirtd.service.d/xen.conf
update-initramfs -u
rm "$0"
INSIDE

mmdebstrap --mode=root --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --include="$system,$network,$hypervisors,$xen,$storage" \
  --customize-hook='upload inside.sh /inside.sh' --customize-hook='chroot "$1" bash /inside.sh' \
  --customize-hook='mkdir -p -m 700 "$1"/root/.ssh' --customize-hook='upload key.pub /root/.ssh/authorized_keys' \
  bookworm root

cp root/boot/vmlinuz-* vmlinuz
cp root/etc/ssh/ssh_host_ed25519_key.pub host_key.pub
cp root/boot/initrd.img-* initrd.img
zcat root/boot/xen-4.17-amd64.gz >xen
truncate -s 6G disk.img
mkfs.ext4 -q -F -d root disk.img
rm -rf root inside.sh
