/**
 * @typedef {'debian' | 'fedora'} Family
 * @typedef {'runtime' | 'test' | 'long' | 'bench'} Group
 * @typedef {object} OsPackage
 * @property {Group} group
 * @property {string} purpose
 * @property {string} debian package name; `a|b` means a where apt knows it, else b
 * @property {string} fedora
 * @property {readonly string[]} proof any one of these shows that it is there: a command's
 *   name, `lib:` and a file of the library folders, or an absolute path
 */

/** @type {(group: Group) => (purpose: string, debian: string, fedora: string, ...proof: string[]) => OsPackage} */
const packageOf =
  (group) =>
  (purpose, debian, fedora, ...proof) => ({ group, purpose, debian, fedora, proof });

const runtime = packageOf('runtime');
const test = packageOf('test');
const bench = packageOf('bench');
/** What the modular daemons are built with. Where the distribution has them, as Fedora does, nothing is: they are proof enough. */
const forModular = (/** @type {[purpose: string, debian: string, fedora: string, proof: string]} */ ...item) =>
  packageOf('long')(...item, 'virtqemud');

/** Of QEMU's own folder in both families, and in those that call it qemu-kvm. */
const qemuModule = (/** @type {string} */ name) => [`lib:qemu/${name}.so`, `lib:qemu-kvm/${name}.so`];

/**
 * All that Guesthouse needs of the operating system, by its names in both families.
 * @type {readonly OsPackage[]}
 */
export const OS_PACKAGES = [
  runtime('libvirt daemon', 'libvirt-daemon-system', 'libvirt-daemon-kvm', 'libvirtd', 'virtqemud'),
  runtime(
    'libvirt QEMU driver',
    'libvirt-daemon-driver-qemu',
    'libvirt-daemon-driver-qemu',
    'lib:libvirt/connection-driver/libvirt_driver_qemu.so',
  ),
  runtime('virsh', 'libvirt-clients', 'libvirt-client', 'virsh'),
  runtime('QEMU', 'qemu-system-x86', 'qemu-kvm', 'qemu-system-x86_64', 'qemu-kvm'),
  runtime('disk images', 'qemu-utils', 'qemu-img', 'qemu-img'),
  runtime(
    'UEFI firmware',
    'ovmf',
    'edk2-ovmf',
    '/usr/share/OVMF/OVMF_CODE_4M.fd',
    '/usr/share/OVMF/OVMF_CODE.fd',
    '/usr/share/edk2/ovmf/OVMF_CODE.fd',
  ),
  runtime("guests' DHCP and DNS", 'dnsmasq-base', 'dnsmasq', 'dnsmasq'),
  runtime("guests' NAT", 'iptables', 'iptables-nft', 'iptables'),
  runtime('list of operating systems', 'osinfo-db', 'osinfo-db', '/usr/share/osinfo/os'),
  runtime('unattended installation', 'libosinfo-bin', 'libosinfo', 'osinfo-install-script'),
  runtime('discs for new guests', 'xorriso', 'xorriso', 'xorriso'),
  runtime('hosts over ssh', 'openssh-client', 'openssh-clients', 'ssh'),
  runtime('TPM for guests', 'swtpm-tools', 'swtpm-tools', 'swtpm_setup'),
  runtime('rights to single files', 'acl', 'acl', 'setfacl'),
  runtime('dropping privileges', 'util-linux', 'util-linux', 'setpriv'),
  runtime('window: GTK', 'libgtk-3-0t64|libgtk-3-0', 'gtk3', 'lib:libgtk-3.so.0'),
  runtime('window: NSS', 'libnss3', 'nss', 'lib:libnss3.so'),
  runtime('window: ALSA', 'libasound2t64|libasound2', 'alsa-lib', 'lib:libasound.so.2'),
  runtime('window: GBM', 'libgbm1', 'mesa-libgbm', 'lib:libgbm.so.1'),
  runtime('window: screen saver', 'libxss1', 'libXScrnSaver', 'lib:libXss.so.1'),
  runtime('window: accessibility', 'libatk-bridge2.0-0t64|libatk-bridge2.0-0', 'at-spi2-atk', 'lib:libatk-bridge-2.0.so.0'),
  runtime('window: DRM', 'libdrm2', 'libdrm', 'lib:libdrm.so.2'),
  runtime('window: keyboard', 'libxkbcommon0', 'libxkbcommon', 'lib:libxkbcommon.so.0'),

  test('X server without a screen', 'xvfb', 'xorg-x11-server-Xvfb', 'Xvfb'),
  test(
    "libvirt's own client, to compare with",
    'python3-libvirt',
    'python3-libvirt',
    '/usr/lib/python3/dist-packages/libvirt.py',
    'lib:python3/site-packages/libvirt.py',
  ),
  test('definitions to compare with', 'virtinst', 'virt-install', 'virt-install'),
  test(
    'libvirt LXC driver',
    'libvirt-daemon-driver-lxc',
    'libvirt-daemon-driver-lxc',
    'lib:libvirt/connection-driver/libvirt_driver_lxc.so',
  ),
  test('window manager', 'openbox', 'openbox', 'openbox'),
  test('browser', 'chromium', 'chromium', 'chromium', 'chromium-browser'),
  test('mouse and keyboard', 'xdotool', 'xdotool', 'xdotool'),
  test('pictures of the screen', 'imagemagick', 'ImageMagick', 'import'),
  test('hosts over ssh to test with', 'openssh-server', 'openssh-server', 'sshd'),
  test('hosts without virt-ssh-helper', 'netcat-openbsd', 'nmap-ncat', 'nc'),
  test('what firmware says of a host', 'dmidecode', 'dmidecode', '/usr/sbin/dmidecode'),
  test("test accounts' passwords", 'openssl', 'openssl', 'openssl'),
  test('network namespaces', 'iproute2', 'iproute', 'ip'),
  test('pools of partitions', 'parted', 'parted', 'parted'),
  test('pools on devices', 'e2fsprogs', 'e2fsprogs', 'mkfs.ext4'),
  test("containers' bootstrap", 'debootstrap', 'debootstrap', 'debootstrap'),
  test("containers' archives", 'zstd', 'zstd', 'zstd'),
  test('cutting a network', 'nftables', 'nftables', 'nft'),
  test("test guest's programs", 'busybox-static', 'busybox', 'busybox'),
  test("test guest's modules", 'kmod', 'kmod', 'depmod'),
  test("test guest's initramfs", 'cpio', 'cpio', 'cpio'),
  test("test guest's kernel", 'xz-utils', 'xz', 'xz'),
  test("ISO's BIOS boot", 'grub-pc-bin', 'grub2-pc-modules', '/usr/lib/grub/i386-pc/modinfo.sh'),
  test("ISO's UEFI boot", 'grub-efi-amd64-bin', 'grub2-efi-x64-modules', '/usr/lib/grub/x86_64-efi/modinfo.sh'),
  test("ISO's boot menu", 'grub-common', 'grub2-tools-extra', 'grub-mkrescue', 'grub2-mkrescue'),
  test("ISO's UEFI partition", 'mtools', 'mtools', 'mcopy'),

  test('folders shared with guests', 'virtiofsd|qemu-system-common', 'virtiofsd', 'virtiofsd', '/usr/lib/qemu/virtiofsd'),
  test('bridges to the LAN', 'network-manager', 'NetworkManager', 'NetworkManager'),
  test("people's rights: the bus", 'dbus-daemon|dbus', 'dbus-daemon', 'dbus-daemon'),
  test("people's rights: polkit", 'polkitd|policykit-1', 'polkit', '/usr/lib/polkit-1/polkitd'),
  test(
    "people's rights: an agent",
    'python3-gi',
    'python3-gobject',
    '/usr/lib/python3/dist-packages/gi/__init__.py',
    'lib:python3/site-packages/gi/__init__.py',
  ),

  forModular('compiler', 'gcc', 'gcc', 'cc'),
  forModular('C library', 'libc6-dev', 'glibc-devel', '/usr/include/stdio.h'),
  forModular('make', 'make', 'make', 'make'),
  forModular('meson', 'meson', 'meson', 'meson'),
  forModular('ninja', 'ninja-build', 'ninja-build', 'ninja'),
  forModular('pkg-config', 'pkgconf|pkg-config', 'pkgconf-pkg-config', 'pkg-config'),
  forModular('rpcgen', 'rpcsvc-proto', 'rpcgen', 'rpcgen'),
  forModular('xmllint', 'libxml2-utils', 'libxml2', 'xmllint'),
  forModular('xsltproc', 'xsltproc', 'libxslt', 'xsltproc'),
  forModular('restructured text', 'python3-docutils', 'python3-docutils', 'rst2html5'),
  forModular('messages', 'gettext', 'gettext', 'xgettext'),
  forModular('libacl', 'libacl1-dev', 'libacl-devel', '/usr/include/sys/acl.h'),
  forModular('libblkid', 'libblkid-dev', 'libblkid-devel', '/usr/include/blkid/blkid.h'),
  forModular('libcap-ng', 'libcap-ng-dev', 'libcap-ng-devel', '/usr/include/cap-ng.h'),
  forModular('libfuse', 'libfuse-dev', 'fuse-devel', '/usr/include/fuse.h'),
  forModular('glib', 'libglib2.0-dev', 'glib2-devel', '/usr/include/glib-2.0/gio/gio.h'),
  forModular('gnutls', 'libgnutls28-dev', 'gnutls-devel', '/usr/include/gnutls/gnutls.h'),
  forModular('libnl', 'libnl-3-dev', 'libnl3-devel', '/usr/include/libnl3/netlink/netlink.h'),
  forModular('libnl-route', 'libnl-route-3-dev', 'libnl3-devel', 'lib:pkgconfig/libnl-route-3.0.pc'),
  forModular('libpciaccess', 'libpciaccess-dev', 'libpciaccess-devel', '/usr/include/pciaccess.h'),
  forModular('libtirpc', 'libtirpc-dev', 'libtirpc-devel', '/usr/include/tirpc/rpc/rpc.h'),
  forModular('libudev', 'libudev-dev', 'systemd-devel', '/usr/include/libudev.h'),
  forModular('libxml2', 'libxml2-dev', 'libxml2-devel', '/usr/include/libxml2/libxml/parser.h'),
  forModular('yajl', 'libyajl-dev', 'yajl-devel', '/usr/include/yajl/yajl_parse.h'),

  packageOf('long')(
    'pools on iSCSI',
    'libvirt-daemon-driver-storage-iscsi-direct',
    'libvirt-daemon-driver-storage-iscsi-direct',
    'lib:libvirt/storage-backend/libvirt_storage_backend_iscsi-direct.so',
  ),
  ...['gluster', 'rbd'].map((kind) =>
    packageOf('long')(
      `pools on ${kind}`,
      `libvirt-daemon-driver-storage-${kind}`,
      `libvirt-daemon-driver-storage-${kind}`,
      `lib:libvirt/storage-backend/libvirt_storage_backend_${kind}.so`,
    ),
  ),
  packageOf('long')('disks on Gluster', 'qemu-block-extra', 'qemu-block-gluster', ...qemuModule('block-gluster')),
  packageOf('long')('disks on Ceph', 'qemu-block-extra', 'qemu-block-rbd', ...qemuModule('block-rbd')),
  packageOf('long')('file systems: XFS', 'xfsprogs', 'xfsprogs', 'mkfs.xfs'),
  packageOf('long')('Gluster server', 'glusterfs-server', 'glusterfs-server', 'glusterd'),
  packageOf('long')('Gluster shares', 'glusterfs-client', 'glusterfs-fuse', 'mount.glusterfs'),
  ...['mon', 'osd', 'mgr'].map((part) => packageOf('long')(`Ceph cluster: ${part}`, `ceph-${part}`, `ceph-${part}`, `ceph-${part}`)),
  packageOf('long')('Ceph cluster: rbd', 'ceph-common', 'ceph-common', 'rbd'),
  packageOf('long')('looking into disks', 'guestfs-tools|libguestfs-tools', 'guestfs-tools', 'virt-inspector'),
  packageOf('long')("containers' packages: dnf", 'dnf', 'dnf', 'dnf'),
  packageOf('long')("containers' packages: rpm", 'rpm', 'rpm-build', 'rpmbuild'),
  packageOf('long')("containers' packages: repositories", 'createrepo-c', 'createrepo_c', 'createrepo_c'),
  packageOf('long')("containers' packages: deb", 'dpkg', 'dpkg', 'dpkg-deb'),
  packageOf('long')("containers' packages: signing", 'gpg', 'gnupg2', 'gpg'),
  packageOf('long')("containers' packages: signatures", 'gpgv', 'gnupg2', 'gpgv'),
  packageOf('long')(
    "containers' packages: Debian's keys",
    'debian-archive-keyring',
    'debian-keyring',
    '/usr/share/keyrings/debian-archive-keyring.gpg',
  ),
  packageOf('long')("containers' packages: fetching", 'wget', 'wget', 'wget'),
  packageOf('long')('a whole computer', 'mmdebstrap', 'mmdebstrap', 'mmdebstrap'),
  packageOf('long')('cloud images: partitions', 'fdisk', 'util-linux', 'sfdisk'),
  packageOf('long')('cloud images: the boot loader', 'syslinux', 'syslinux', 'syslinux'),
  packageOf('long')(
    "cloud images: the boot loader's files",
    'syslinux-common',
    'syslinux',
    '/usr/lib/syslinux/mbr/mbr.bin',
    '/usr/share/syslinux/mbr.bin',
  ),
  packageOf('long')('iSCSI server', 'tgt', 'scsi-target-utils', 'tgtd'),
  packageOf('long')('remote desktops', 'remmina', 'remmina', 'remmina'),
  packageOf('long')('remote desktops: RDP', 'remmina-plugin-rdp', 'remmina-plugins-rdp', 'lib:remmina/plugins/remmina-plugin-rdp.so'),
  packageOf('long')('RDP server', 'freerdp2-shadow-x11|freerdp3-shadow-x11', 'freerdp-server', 'freerdp-shadow-cli'),
  packageOf('long')('SPICE displays with OpenGL', 'virt-viewer', 'virt-viewer', 'virt-viewer'),

  // Debian 12 has them in its QEMU; later ones, and Fedora, in packages of their own.
  test('SPICE displays', 'qemu-system-modules-spice|qemu-system-x86', 'qemu-ui-spice-core', ...qemuModule('ui-spice-core')),
  test("SPICE's agent", 'qemu-system-modules-spice|qemu-system-x86', 'qemu-char-spice', ...qemuModule('chardev-spice')),
  test("SPICE's graphics card", 'qemu-system-modules-spice|qemu-system-x86', 'qemu-device-display-qxl', ...qemuModule('hw-display-qxl')),
  test("SPICE's sound", 'qemu-system-modules-spice|qemu-system-x86', 'qemu-audio-spice', ...qemuModule('audio-spice')),

  test('certificates', 'gnutls-bin', 'gnutls-utils', 'certtool'),
  test("SASL's list of people", 'sasl2-bin', 'cyrus-sasl', 'saslpasswd2'),
  test('SASL mechanisms', 'libsasl2-modules', 'cyrus-sasl-plain', 'lib:sasl2/libplain.so'),
  test('SASL mechanisms: SCRAM', 'libsasl2-modules', 'cyrus-sasl-scram', 'lib:sasl2/libscram.so'),
  test('SASL mechanisms: DIGEST-MD5', 'libsasl2-modules', 'cyrus-sasl-md5', 'lib:sasl2/libdigestmd5.so'),
  test("SASL's database", 'libsasl2-modules-db', 'cyrus-sasl-lib', 'lib:sasl2/libsasldb.so'),

  bench('rival: virt-manager', 'virt-manager', 'virt-manager', 'virt-manager'),
  bench("rival's session bus", 'dbus', 'dbus-daemon', 'dbus-run-session'),
];

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
// A user's PATH lacks the sbin folders in Debian, where the daemons are.
const COMMAND_FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/libexec'];

/**
 * @param {string} proof as in OsPackage
 * @returns {string[]} the paths one of which has to exist
 */
export function proofPaths(proof) {
  if (proof.startsWith('/')) return [proof];
  const [folders, file] = proof.startsWith('lib:') ? [LIBRARY_FOLDERS, proof.slice(4)] : [COMMAND_FOLDERS, proof];
  return folders.map((folder) => `${folder}/${file}`);
}

/**
 * By looking at files only: asking dpkg or rpm takes longer than the whole second run may.
 * @param {readonly Group[]} groups
 * @param {(path: string) => boolean} exists
 * @returns {OsPackage[]}
 */
export function missingPackages(groups, exists) {
  const isThere = (/** @type {OsPackage} */ item) => item.proof.flatMap(proofPaths).some(exists);
  return OS_PACKAGES.filter((item) => groups.includes(item.group) && !isThere(item));
}

/**
 * @param {string} osRelease text of /etc/os-release
 * @returns {Family | undefined}
 */
export function familyOf(osRelease) {
  const value = (/** @type {string} */ key) => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const ids = `${value('ID')} ${value('ID_LIKE')}`.split(' ');
  if (ids.includes('debian')) return 'debian';
  return ids.includes('fedora') ? 'fedora' : undefined;
}
