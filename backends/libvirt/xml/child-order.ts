import type { XmlElement, XmlNode } from './document.ts';

/**
 * Where among the parent's children a new one called `name` comes: behind the last that libvirt writes before it or under the same name,
 * and behind what is said of that one on its line.
 */
export function placeIn(parent: XmlElement, name: string): number {
  const ranks = rankings.get(parent.name);
  const rank = ranks?.get(name);
  let place = rank === undefined ? parent.children.length : 0;
  for (const [index, node] of parent.children.entries()) {
    if (node.kind !== 'element') continue;
    if (node.name === name) place = index + 1;
    else if (rank !== undefined && (ranks?.get(node.name) ?? Infinity) < rank) place = index + 1;
  }
  return place === 0 ? 0 : behindRemark(parent.children, place);
}

/** A comment belongs to what stands before it on its line. */
function behindRemark(nodes: readonly XmlNode[], place: number): number {
  const [first, second] = nodes.slice(place, place + 2);
  if (first?.kind === 'comment') return place + 1;
  return first?.kind === 'text' && /^[ \t]*$/.test(first.text) && second?.kind === 'comment' ? place + 2 : place;
}

const info = 'boot alias master rom acpi address';
const character = `source log protocol target ${info}`;

/**
 * The order in which libvirt writes what is in an element (libvirt 9.0, the *Format functions of src/conf). It reads any order; this one
 * keeps what was edited and what libvirt then makes of it alike. What is not named here comes last.
 */
const orders: Readonly<Record<string, string>> = {
  domain:
    'name uuid genid title description metadata maxMemory memory currentMemory blkiotune memtune memoryBacking vcpu vcpus iothreads' +
    ' iothreadids defaultiothread cputune numatune resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff' +
    ' on_reboot on_crash on_lockfailure pm perf devices seclabel keywrap launchSecurity',
  blkiotune: 'weight device',
  memtune: 'hard_limit soft_limit min_guarantee swap_hard_limit',
  memoryBacking: 'hugepages nosharepages locked source access discard allocation',
  cputune:
    'shares period quota global_period global_quota emulator_period emulator_quota iothread_period iothread_quota vcpupin emulatorpin' +
    ' iothreadpin vcpusched iothreadsched emulatorsched cachetune memorytune',
  numatune: 'memory memnode',
  os:
    'type firmware init initarg initenv initdir inituser initgroup loader nvram kernel initrd cmdline dtb root acpi boot bootmenu bios' +
    ' smbios',
  features:
    'acpi apic pae hap viridian privnet hyperv kvm pvspinlock capabilities pmu vmport gic smm ioapic hpt vmcoreinfo htm nested-hv msrs' +
    ' ccf-assist xen cfpc sbbc ibs tcg',
  cpu: 'arch model vendor microcode signature counter topology cache maxphysaddr feature numa',
  pm: 'suspend-to-mem suspend-to-disk',
  devices:
    'emulator disk controller lease filesystem interface smartcard serial parallel console channel input tpm graphics sound audio video' +
    ' hostdev redirdev redirfilter hub watchdog memballoon rng nvram panic shmem memory iommu vsock',
  disk:
    'driver auth source backingStore backenddomain geometry blockio mirror target iotune readonly shareable transient serial wwn vendor' +
    ` product encryption ${info}`,
  controller: `model target driver ${info} pcihole64`,
  filesystem: `driver binary source target readonly ${info} space_hard_limit space_soft_limit`,
  interface:
    'mac source ip route portForward vlan virtualport bandwidth port script downscript backenddomain target guest model driver backend' +
    ` filterref tune teaming link mtu coalesce ${info}`,
  smartcard: `certificate database ${character}`,
  serial: character,
  parallel: character,
  console: character,
  channel: character,
  redirdev: character,
  graphics: 'gl listen channel image jpeg zlib playback streaming mouse clipboard filetransfer audio',
  video: `driver model ${info}`,
  sound: `codec audio ${info}`,
  input: `driver source ${info}`,
  hostdev: `driver source teaming readonly shareable ${info}`,
  rng: `rate backend driver ${info}`,
  memballoon: `stats ${info}`,
  memory: `uuid source target ${info}`,
  network: 'name uuid metadata title description forward bridge mtu mac domain dns vlan bandwidth port ip route virtualport portgroup',
  forward: 'driver nat pf interface address',
  dns: 'forwarder txt srv host',
  pool: 'name uuid capacity allocation available features source target refresh',
  volume: 'name key source capacity allocation physical target backingStore',
};

const rankings: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  Object.entries(orders).map(([parent, names]) => [parent, new Map(names.split(' ').map((name, rank) => [name, rank]))]),
);
