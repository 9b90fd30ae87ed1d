import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { disksBelow, type DisksHere, type HereRoots } from '../../../devices/disks-here.ts';

/** What this computer does by a PCI device now. */
export interface PciUse {
  /** Its firmware showed itself on it, and its own screen is most likely there. */
  readonly screen: boolean;
  /** Disks below it, by their names: "sda". */
  readonly disks: DisksHere;
  /** Network cards below it by which it reaches others. */
  readonly routes: readonly string[];
}

/** Of this computer, which alone can be looked into: libvirt tells of none of it. Nothing is found where the device is not there. */
export async function pciUseHere(address: string, roots?: HereRoots): Promise<PciUse> {
  const { sys, proc } = roots ?? { sys: '/sys', proc: '/proc' };
  const place = await realpath(join(sys, 'bus/pci/devices', address)).catch(() => null);
  if (place === null) return { screen: false, disks: { used: [], doubtful: [] }, routes: [] };
  const [first, disks, routes] = await Promise.all([
    readFile(join(place, 'boot_vga'), 'utf8').catch(() => ''),
    disksBelow(place, roots),
    routedBy({ sys, proc }),
  ]);
  const isBelow = (path: string) => path.startsWith(`${place}/`);
  return {
    screen: first.trim() === '1',
    disks,
    routes: routes.flatMap(({ name, path }) => (isBelow(path) ? [name] : [])).sort(),
  };
}

/** Interfaces of default routes, and the ports of such bridges and bonds, with where in /sys they are. */
async function routedBy({ sys, proc }: Pick<HereRoots, 'sys' | 'proc'>): Promise<{ readonly name: string; readonly path: string }[]> {
  const [four, six] = await Promise.all(['net/route', 'net/ipv6_route'].map((file) => readFile(join(proc, file), 'utf8').catch(() => '')));
  // The kernel's Documentation/networking/proc_net_*: interface, destination 0, … ; for IPv6 the interface is last, and lo is no way out.
  const names4 = [...(four ?? '').matchAll(/^(\S+)\s+00000000\s/gm)].map(([, name = '']) => name);
  const names6 = [...(six ?? '').matchAll(/^0{32} 00 .* (\S+)$/gm)].map(([, name = '']) => name);
  const names = [...new Set([...names4, ...names6])].filter(
    (name) => name !== 'lo' && /^[^/\s]{1,15}$/.test(name) && !name.startsWith('.'),
  );
  const ports = await Promise.all(names.map((name) => portsOf(join(sys, 'class/net', name))));
  const found = await Promise.all(
    [...new Set([...names, ...ports.flat()])].map(async (name) => ({
      name,
      path: await realpath(join(sys, 'class/net', name)).catch(() => ''),
    })),
  );
  return found.filter(({ path }) => path !== '');
}

/** What a bridge, bond or VLAN is made of: the kernel links them as lower_NAME. */
const portsOf = async (link: string): Promise<string[]> =>
  (await readdir(link).catch(() => [])).flatMap((name) => (name.startsWith('lower_') ? [name.slice('lower_'.length)] : []));
