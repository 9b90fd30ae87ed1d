import type { GuestSpec, NewNic } from '#model/guest-spec';
import { shellWord } from '../guests/guest-actions.ts';
import type { DomainWish } from '../xml/domain-wish.ts';
import { videoModel } from '../xml/new-domain-devices.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { DiskPlace, GuestPlan, PlannedDisk, PlannedVolume } from './guest-plan.ts';
import { treeCommands } from './tree-command.ts';
import type { MachineFacts } from './machine-facts.ts';

type Wanted = Omit<DomainWish, 'uuid'>;

/**
 * The command by which virt-install makes such a guest, with what must be there before it (virt-install(1), version 4.1). What the two make
 * differently is said in new-domain.ts; a test holds the rest of it against `virt-install --print-xml`.
 */
export function virtInstallCommand(host: Pick<LibvirtHost, 'address' | 'local'>, wanted: Wanted): string | null {
  const { spec, plan } = wanted;
  // Moving is more than a line can say, and from one pool to another virsh copies only what a document describes, which no one line holds.
  if (plan.volumes.some(({ make, pool }) => make.kind === 'move' || (make.kind === 'clone' && make.from.pool !== pool))) return null;
  // Of another host it takes only what is in a pool for there (virtinst/diskbackend.py, path_definitely_exists).
  if (!host.local && 'from' in spec.source && spec.source.from.kind === 'drive') return null;
  // A tree's answers lie in its initrd, with passwords in clear.
  if (spec.source.kind === 'tree' && spec.source.unattended !== null) return null;
  const line = (words: readonly string[]) => words.map(shellWord).join(' ');
  const tree = plan.tree === null ? [] : treeCommands(plan.tree, host.local);
  if (tree === null) return null;
  const before = [...plan.volumes.flatMap((volume) => prepare(host.address, volume, plan)), ...tree].map(line);
  return [...before, line(['virt-install', '--connect', host.address, ...words(wanted)])].join(' && ');
}

function words(wanted: Wanted): string[] {
  const { spec, plan, machine } = wanted;
  const common = ['--name', spec.name, '--memory', String(Math.ceil(spec.memory / 2 ** 20))];
  if (machine.type === 'lxc')
    return [...common, '--vcpus', String(spec.vcpus), ...container(spec, plan), ...networks(wanted), '--noautoconsole'];
  return [
    ...common,
    '--vcpus',
    `${spec.vcpus},sockets=1,cores=${spec.vcpus},threads=1`,
    '--virt-type',
    machine.type,
    '--arch',
    machine.arch,
    ...xenBoot(machine, plan),
    ...(machine.machine === null || machine.abi !== 'hvm' ? [] : ['--machine', machine.machine]),
    ...processor(spec, machine),
    '--osinfo',
    spec.os === null ? 'detect=off,require=off' : `id=${spec.os}`,
    ...method(spec, plan),
    ...diskWords(wanted),
    ...networks(wanted),
    '--graphics',
    spec.graphics === 'none' ? 'none' : `${spec.graphics ?? 'vnc'},listen=127.0.0.1`,
    ...firmware(spec),
    // Unasked it adds one to every UEFI guest.
    '--tpm',
    spec.tpm ? 'model=tpm-crb,backend.type=emulator,backend.version=2.0' : 'none',
    ...(machine.type === 'xen' ? [] : devices(wanted)),
    '--noautoconsole',
  ];
}

/** What it does not give unasked, or gives only to systems that it knows to drive it without more. */
function devices({ spec, machine, drives }: Wanted): string[] {
  const told =
    '--controller usb,model=qemu-xhci,xpath.set=./@ports=15 --channel unix,target.type=virtio,target.name=org.qemu.guest_agent.0 --rng /dev/urandom';
  const picture = spec.graphics === 'none' || drives.virtioVideo ? [] : ['--video', videoModel(spec, machine, drives.virtioVideo)];
  const knows = spec.os !== null && spec.drivers === null && drives.virtioDisk;
  return ['--memballoon', 'model=virtio,stats.period=5', ...picture, ...(knows ? [] : told.split(' '))];
}

function processor({ cpu }: GuestSpec, { type, cpuModes }: MachineFacts): string[] {
  const mode = cpu ?? (type === 'kvm' ? 'host-passthrough' : 'maximum');
  return cpuModes.has(mode) ? ['--cpu', `mode=${mode}`] : [];
}

/** It splits its options' values as a shell does its words, at commas (virtinst/cli.py: parse_optstr_tuples). */
const value = (text: string) => (/[,'"\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text);

function method({ source }: GuestSpec, plan: GuestPlan): string[] {
  switch (source.kind) {
    case 'iso': {
      const medium = plan.disks.find(({ device, boots }) => device === 'cdrom' && boots);
      return medium === undefined ? [] : ['--cdrom', pathOf(medium.place)];
    }
    case 'tree':
      // What tells the installer where the tree is, it adds by itself.
      return ['--location', value(source.url), ...(source.arguments === '' ? [] : ['--extra-args', source.arguments])];
    case 'pxe':
      return ['--pxe'];
    case 'disk':
    case 'cloud-image':
    case 'appliance':
      return ['--import'];
    case 'empty':
    case 'container-app':
    case 'container-os':
    default:
      return ['--install', 'no_install=yes'];
  }
}

/** Which of Xen's guests, and how one without firmware is booted. */
function xenBoot({ type, abi }: MachineFacts, { kernel }: GuestPlan): string[] {
  if (type !== 'xen') return [];
  if (abi === 'hvm') return ['--hvm'];
  const boot = [...(abi === 'xenpvh' ? ['os_type=xenpvh'] : []), ...(kernel === null ? ['bootloader=pygrub'] : [])];
  return [...(abi === 'xen' ? ['--paravirt'] : []), ...(boot.length === 0 ? [] : ['--boot', boot.join(',')])];
}

function diskWords(wanted: Wanted): string[] {
  const { plan } = wanted;
  const { source } = wanted.spec;
  const rest = source.kind === 'iso' ? plan.disks.filter(({ device, boots }) => device === 'disk' || !boots) : plan.disks;
  return rest.length === 0 ? ['--disk', 'none'] : rest.flatMap((disk) => ['--disk', diskWord(disk, wanted)]);
}

function diskWord({ device, place, format }: PlannedDisk, { spec, plan, machine }: Wanted): string {
  const bus = machine.type === 'xen' ? ',target.bus=xen' : spec.drivers === null ? '' : ',target.bus=virtio';
  if (place.kind === 'volume') return `${value(pathOf(place))}${device === 'cdrom' ? ',device=cdrom' : bus}`;
  const made = plan.volumes.find((volume) => volume.path === place.path);
  const path = `path=${value(pathOf(place))}`;
  if (device === 'cdrom') return `${path},device=cdrom`;
  const size = made?.make.kind === 'empty' ? `,size=${made.make.size / 2 ** 30}` : '';
  // Of disks that it makes itself it says so unasked.
  const usual = size === '' ? `${path},driver.type=${format}` : `${path}${size},format=${format}`;
  return `${usual}${bus}${size === '' && machine.type !== 'xen' ? ',driver.discard=unmap' : ''}`;
}

const pathOf = (place: DiskPlace) => (place.kind === 'volume' ? `vol=${place.volume.pool}/${place.volume.name}` : place.path);

/** Unasked it puts everything on the network "default". */
function networks({ spec, machine }: Wanted): string[] {
  if (spec.nics.length === 0) return ['--network', 'none'];
  const model = spec.drivers === null || machine.type === 'xen' ? '' : ',model.type=virtio';
  return spec.nics.flatMap((nic) => ['--network', `${network(nic)}${model}`]);
}

function network(nic: NewNic): string {
  switch (nic.kind) {
    case 'network':
      return `network=${value(nic.name)}`;
    case 'bridge':
      return `bridge=${value(nic.device)}`;
    case 'direct':
      return `type=direct,source=${value(nic.device)},source.mode=bridge`;
    case 'user':
    default:
      return 'user';
  }
}

function firmware({ firmware: wanted }: GuestSpec): string[] {
  if (wanted === 'uefi') return ['--boot', 'uefi'];
  if (wanted !== 'uefi-secure-boot') return [];
  const features = ['secure-boot', 'enrolled-keys'].map((name, i) => `firmware.feature${i}.enabled=yes,firmware.feature${i}.name=${name}`);
  return ['--boot', `firmware=efi,${features.join(',')}`, '--features', 'smm.state=on'];
}

function container({ source }: GuestSpec, { root }: GuestPlan): string[] {
  if (source.kind !== 'container-app' && source.kind !== 'container-os') return [];
  const args = source.kind === 'container-app' ? source.arguments : [];
  const init = [`init=${value(source.init)}`, ...args.map((word, i) => `initarg${i}=${value(word)}`)];
  const { idMap } = source;
  const map = idMap === null ? [] : ['uid', 'gid'].map((id) => `${id}.start=0,${id}.target=${idMap.start},${id}.count=${idMap.count}`);
  return [
    '--container',
    '--boot',
    init.join(','),
    ...(map.length === 0 ? [] : ['--idmap', map.join(',')]),
    ...(root === null ? [] : ['--filesystem', `source=${value(root)},target=/,accessmode=passthrough`]),
    '--features',
    'privnet=yes',
  ];
}

/** What is copied to the host is so before; a tree's kernel virt-install fetches by itself. */
function prepare(address: string, volume: PlannedVolume, plan: GuestPlan): string[][] {
  const { make, pool, name } = volume;
  const packed = plan.tree?.fill.kind === 'archive' ? plan.tree.fill.copied : null;
  if (
    make.kind === 'empty' ||
    make.kind === 'move' ||
    volume === packed ||
    volume === plan.kernel?.kernel ||
    volume === plan.kernel?.initrd
  )
    return [];
  const virsh = (...rest: readonly string[]) => ['virsh', '-c', address, ...rest];
  const grow = make.growTo === null ? [] : [virsh('vol-resize', '--pool', pool, '--vol', name, '--capacity', String(make.growTo))];
  if (make.kind === 'clone') return [virsh('vol-clone', '--pool', pool, '--vol', make.from.name, '--newname', name), ...grow];
  const file = make.file?.path.split('/').at(-1) ?? name;
  return [
    virsh('vol-create-as', '--pool', pool, '--name', name, '--capacity', '0', '--format', 'raw'),
    virsh('vol-upload', '--pool', pool, '--vol', name, '--file', file, '--sparse'),
    ...grow,
  ];
}
