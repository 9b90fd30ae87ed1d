import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { hostGrants } from './host-grants.ts';
import { knowsNothing } from '../../../test/fakes/unknowing-host.ts';
import type { HostKnowledge } from './host-knowledge.ts';

const domain = (devices: string, more = '') =>
  parseXml(
    `<domain xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"><devices><emulator>/usr/bin/qemu</emulator>${devices}</devices>${more}</domain>`,
  );
const disk = (file: string) => `<disk type="file"><source file="${file}"/></disk>`;
const grants = (devices: string, more?: string) =>
  hostGrants(domain(disk('/had/before')), domain(disk('/had/before') + devices, more), {
    ...knowsNothing,
    isVolume: async (path) => path === '/pool/disk.qcow2',
  });

test('what the guest had, and volumes of pools, are nothing new of the host', async () => {
  expect(await grants('')).toEqual([]);
  expect(await grants(disk('/pool/disk.qcow2'))).toEqual([]);
});

test('files, folders and devices that are no volumes are named, wherever in the definition they stand', async () => {
  expect(await grants(disk('/etc/shadow'))).toEqual(['/etc/shadow']);
  expect(await grants('<filesystem><source dir="/"/><target dir="root"/></filesystem>')).toEqual(['/']);
  expect(await grants('<rng model="virtio"><backend model="random">/dev/sda</backend></rng>')).toEqual(['/dev/sda']);
  expect(await grants('', '<os><kernel>/boot/vmlinuz</kernel></os>')).toEqual(['/boot/vmlinuz']);
  expect(await grants('<stranger><deep at="/root/.ssh"/></stranger>')).toEqual(['/root/.ssh']);
});

test('devices of the host, and arguments of the emulator, are named too', async () => {
  const pci = '<hostdev mode="subsystem" type="pci"><source><address bus="0x01"/></source></hostdev>';
  expect(await grants(pci)).toEqual(['the host’s own pci device']);
  const [words] = await grants('', '<qemu:commandline><qemu:arg value="-hda"/></qemu:commandline>');
  expect(words).toContain('“-hda”');
});

test('a path need not begin with a slash to be one, and a network card can be the host’s own', async () => {
  expect(await grants(disk('etc/shadow'))).toEqual(['etc/shadow']);
  const card = '<interface type="hostdev"><source><address type="pci" bus="0x02"/></source></interface>';
  expect(await grants(card)).toEqual(['the host’s own network device']);
  expect(await grants('<smartcard mode="host"/>')).toEqual(['the host’s smart card reader']);
});

test('nor does a device’s or a line’s path, and what stands beside a path hides it no more than raw commands are hidden', async () => {
  expect(await grants('<disk type="block"><source dev="dev/sda"/></disk>')).toEqual(['dev/sda']);
  expect(await grants('<serial type="file"><source path="etc/cron.d/job"/><log file="etc/other"/></serial>')).toEqual([
    'etc/cron.d/job',
    'etc/other',
  ]);
  expect(await grants('<rng><backend model="random">/dev/sda<x/></backend></rng>')).toEqual(['/dev/sda']);
  expect(await grants('', '<os><kernel>boot/vmlinuz</kernel><boot dev="hd"/></os>')).toEqual(['boot/vmlinuz']);
  expect(await grants('<interface type="direct"><source dev="eth0" mode="bridge"/></interface>')).toEqual([]);
  expect(await grants('<disk type="block" device="lun" rawio="yes"><source dev="/pool/disk.qcow2"/></disk>')).toEqual([
    'any SCSI command on a device of the host',
  ]);
});

test('a raw disk that is to be read as an image gives what its guest has written there', async () => {
  const typed = (type: string) => domain(`<disk type="file"><driver name="qemu" type="${type}"/><source file="/pool/disk.qcow2"/></disk>`);
  const among = async (from: string, to: string) => hostGrants(typed(from), typed(to), { ...knowsNothing, isVolume: async () => true });
  expect(await among('raw', 'qcow2')).toEqual(['any file that is named inside of the disk /pool/disk.qcow2']);
  expect(await among('qcow2', 'qcow2')).toEqual([]);
  expect(await among('qcow2', 'raw')).toEqual([]);
});

test('a folder that could only be read is another thing once it can be written to, or a disk', async () => {
  const share = (more: string) => domain(`<filesystem><source dir="/srv"/><target dir="s"/>${more}</filesystem>`);
  expect(await hostGrants(share('<readonly/>'), share(''), knowsNothing)).toEqual(['/srv']);
  expect(await hostGrants(share('<readonly/>'), share('<readonly/>'), knowsNothing)).toEqual([]);
  expect(await hostGrants(share(''), domain(disk('/srv')), knowsNothing)).toEqual(['/srv']);
});

test('less that keeps it apart from the host is named', async () => {
  const [label] = await grants('', '<seclabel type="none"/>');
  expect(label).toContain('security label');
  const container = (more: string) =>
    parseXml(`<domain type="lxc"><name>c</name><devices><interface type="network"/></devices>${more}</domain>`);
  const mapped = container('<idmap><uid start="0" target="1000" count="10"/></idmap>');
  expect(await hostGrants(mapped, container(''), knowsNothing)).toEqual(['the rights of the host’s root']);
  const allowed = container('<features><capabilities policy="allow"/></features>');
  expect(await hostGrants(container(''), allowed, knowsNothing)).toEqual(['rights that containers are kept from']);
  expect(await hostGrants(container(''), mapped, knowsNothing)).toEqual([]);
  const shared = parseXml(
    `<domain type="lxc" xmlns:lxc="http://libvirt.org/schemas/domain/lxc/1.0"><name>c</name><lxc:namespace><lxc:sharenet type="pid" value="1"/></lxc:namespace></domain>`,
  );
  expect((await hostGrants(container(''), shared, knowsNothing)).join()).toContain('lxc:namespace');
});

test('a volume that another guest has, or that its disk is built on, is another’s, read-only, shared or not', async () => {
  const host: HostKnowledge = {
    ...knowsNothing,
    isVolume: async () => true,
    othersWith: async (source) =>
      (source.kind === 'volume' ? source.volume === 'web.qcow2' : source.path === '/pool/web.qcow2') ? '“web” has' : null,
  };
  const got = async (before: string, after: string) => hostGrants(domain(before), domain(after), host);
  const shared = '<disk type="file"><source file="/pool/web.qcow2"/><shareable/></disk>';
  const read = '<disk type="volume" device="cdrom"><source pool="images" volume="web.qcow2"/><readonly/></disk>';
  expect(await got('', shared)).toEqual(['/pool/web.qcow2, which “web” has']);
  expect(await got('', read)).toEqual(['“web.qcow2” in the pool “images”, which “web” has']);
  expect(await got(shared, shared)).toEqual([]);
  expect(await got(read, read.replace('<readonly/>', ''))).toHaveLength(1);
  expect(await got('', read.replace('web', 'own'))).toEqual([]);
  expect(await got('', '<filesystem type="file"><source file="/pool/web.qcow2"/></filesystem>')).toEqual([
    '/pool/web.qcow2, which “web” has',
  ]);
});

test('storage on the network is read by the host, also what only the host reaches', async () => {
  const web =
    '<disk type="network"><source protocol="http" name="/latest/meta-data"><host name="169.254.169.254" port="80"/></source></disk>';
  expect(await grants(web)).toEqual(['what the host is given as “/latest/meta-data” over http by 169.254.169.254:80']);
  expect(await hostGrants(domain(web), domain(web), knowsNothing)).toEqual([]);
  const nbd = '<disk type="network"><source protocol="nbd" name="x"><host name="127.0.0.1" port="10809"/></source></disk>';
  expect(await grants(nbd)).toEqual(['what the host is given as “x” over nbd by 127.0.0.1:10809']);
  const rbd = '<disk type="network"><source protocol="rbd" name="pool/image"/></disk>';
  expect(await grants(rbd)).toEqual(['what the host is given as “pool/image” over rbd by the host’s own servers']);
  // Another secret of the host for the same is another thing.
  const auth = (usage: string) =>
    rbd.replace('/></disk>', `><auth username="a"><secret type="ceph" usage="${usage}"/></auth></source></disk>`);
  expect(await hostGrants(domain(auth('a')), domain(auth('b')), knowsNothing)).toHaveLength(1);
  expect(await grants('<disk type="nvme"><source type="pci"><address bus="0x01"/></source></disk>')).toEqual([
    'the host’s own nvme device',
  ]);
});

test('ports that are opened on the host, and what is connected to, are named', async () => {
  const line = (mode: string, host: string) => `<serial type="tcp"><source mode="${mode}" host="${host}" service="4000"/></serial>`;
  expect(await grants(line('bind', '0.0.0.0'))).toEqual(['the host’s port 0.0.0.0:4000, which is opened for it']);
  expect(await grants(line('connect', '127.0.0.1'))).toEqual(['what listens at 127.0.0.1:4000']);
  const egd = '<rng model="virtio"><backend model="egd" type="tcp"><source mode="connect" host="h" service="1"/></backend></rng>';
  expect(await grants(egd)).toEqual(['what listens at h:1']);
  expect(
    await grants(
      '<serial type="pty"/><console type="pty"/><channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>',
    ),
  ).toEqual([]);
  expect(await grants('<graphics type="vnc" listen="127.0.0.1"><listen type="address" address="127.0.0.1"/></graphics>')).toEqual([]);
  const open = await grants('<graphics type="vnc" listen="0.0.0.0"><listen type="address" address="0.0.0.0"/></graphics>');
  expect(open).toEqual([
    'a port of the host at 0.0.0.0, by which others see and use its screen',
    'a screen at 0.0.0.0 that asks nobody for a password',
  ]);
  const screen = (passwd: string) => domain(`<graphics type="spice" ${passwd}><listen type="network" network="lan"/></graphics>`);
  expect(await hostGrants(screen(''), screen('passwd="x"'), knowsNothing)).toEqual([]);
  expect(await hostGrants(screen('passwd="x"'), screen(''), knowsNothing)).toEqual([
    'a screen at the network lan that asks nobody for a password',
  ]);
});

test('of networks, those that give devices, ports or the host’s own loopback are named, and the loss of a filter', async () => {
  const card = (type: string, inside: string) => `<interface type="${type}"><mac address="52:54:00:00:00:01"/>${inside}</interface>`;
  expect(await grants(card('network', '<source network="default"/>') + card('bridge', '<source bridge="br0"/>'))).toEqual([]);
  const host: HostKnowledge = { ...knowsNothing, handsOutDevices: async (name) => name === 'sriov' };
  const sriov = domain(card('network', '<source network="sriov"/>'));
  expect(await hostGrants(domain(''), sriov, host)).toEqual(['a network device of the host, by the network “sriov”']);
  expect(await hostGrants(sriov, sriov, host)).toEqual([]);
  expect(
    await grants(card('user', '<backend type="passt" logFile="/tmp/log"/><portForward proto="tcp"><range start="22"/></portForward>')),
  ).toEqual(['/tmp/log', 'ports of the host, which are passed on to it', 'what listens on the host for the host alone']);
  expect(await grants(card('vhostuser', '<source type="unix" path="/run/sock" mode="client"/>'))).toEqual(['/run/sock']);
  expect(await grants(card('server', '<source address="1.2.3.4" port="5"/>'))).toEqual([
    'the host’s port 1.2.3.4:5, which is opened for it',
  ]);
  expect(await grants(card('direct', '<source dev="eth0" mode="passthrough"/>'))).toEqual(['the host’s network card eth0 for itself']);
  expect(await grants(card('ethernet', '<target dev="tap0" managed="no"/><script path="up"/>'))).toEqual([
    'up',
    'the host’s network device tap0',
  ]);
  const filtered = domain(card('network', '<source network="default"/><filterref filter="clean-traffic"/><port isolated="yes"/>'));
  expect(await hostGrants(filtered, domain(card('network', '<source network="default"/>')), knowsNothing)).toHaveLength(2);
  expect(await hostGrants(filtered, domain(''), knowsNothing)).toEqual([]);
});

test('what a guest hears, shares or draws with is named', async () => {
  expect(await grants('<audio id="1" type="pulseaudio"/>')).toEqual(['the host’s sound, its microphone included']);
  expect(await grants('<audio id="1" type="none"/><audio id="2" type="spice"/>')).toEqual([]);
  expect(await grants('<shmem name="other"/>')).toEqual(['the memory that is shared under the name “other”']);
  expect(await grants('<vsock model="virtio"><cid auto="yes"/></vsock>')).toHaveLength(1);
  expect(await grants('<tpm model="tpm-tis"><backend type="passthrough"/></tpm>')).toEqual(['the host’s own TPM']);
  expect(await grants('<tpm model="tpm-tis"><backend type="emulator" version="2.0"/></tpm>')).toEqual([]);
  expect(await grants('<graphics type="egl-headless"/>')).toEqual(['the host’s graphics card']);
  expect(await grants('<rng model="virtio"><backend model="random">/dev/urandom</backend></rng>')).toEqual([]);
  expect(await grants('<lease><lockspace>a</lockspace><key>b</key><target path="/var/lease"/></lease>')).toEqual(['/var/lease']);
});

test('a container’s numbers that are the host’s root, and its network that is the host’s', async () => {
  const container = (more: string) => parseXml(`<domain type="lxc"><name>c</name>${more}</domain>`);
  const apart = '<features><privnet/></features>';
  const mapped = (target: number) => container(`<idmap><uid start="0" target="${target}" count="10"/></idmap>${apart}`);
  expect(await hostGrants(mapped(1000), mapped(0), knowsNothing)).toEqual(['the rights of the host’s root']);
  expect(await hostGrants(container(apart), container(''), knowsNothing)).toEqual(['the host’s own network, with all that listens there']);
});

test('what libvirt keeps for others, and what the guest finds in itself, is nothing of the host', async () => {
  const harmless =
    '<metadata><app:info xmlns:app="urn:x" url="https://example.org/a">/etc/x</app:info></metadata><clock offset="timezone" timezone="Europe/Paris"/><os><type machine="pc-q35-7.2">hvm</type><cmdline>root=/dev/vda1</cmdline></os><description>see /etc</description><sysinfo type="fwcfg"><entry name="opt/a/b">c/d</entry></sysinfo>';
  expect(await grants('<channel type="spicevmc"><target type="virtio" name="com.redhat.spice.0"/></channel>', harmless)).toEqual([]);
  expect(await grants('', '<sysinfo type="fwcfg"><entry name="opt/a/b" file="/etc/shadow"/></sysinfo>')).toEqual(['/etc/shadow']);
});

test('what an edit shares with what it was made of is nothing new, and a card that stays keeps a container apart', async () => {
  const before = parseXml(
    '<domain type="lxc"><idmap><uid start="0" target="9" count="1"/></idmap><devices><interface type="bridge"/><disk><source file="/a"/></disk></devices></domain>',
  );
  const [devices] = before.children.filter((node) => node.kind === 'element' && node.name === 'devices');
  if (devices?.kind !== 'element') throw new Error('no devices');
  const added = parseXml('<disk><source file="/a"/></disk>');
  const another = parseXml('<disk><source file="/b"/></disk>');
  const edited = {
    ...before,
    children: before.children.map((node) => (node === devices ? { ...devices, children: [...devices.children, added, another] } : node)),
  };
  expect(await hostGrants(before, edited, knowsNothing)).toEqual(['/b']);
});
