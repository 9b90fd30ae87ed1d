import { z } from 'zod';
import type { Route } from '../transport/route.ts';
import { outputOf, toldAsJson } from '../host/program-answers.ts';
import type { RunProgram } from '../transport/run-program.ts';

/** A road, of which only this is asked. */
export type RunningRoad = Pick<Route, 'run'>;

/** What another computer does by its disks, as its own programs tell. */
export interface DisksThere {
  /** By name, "sda". Mounted, swapped to, or built upon: LVM, RAID, encryption. A disk that is none of both is free. */
  readonly used: ReadonlySet<string>;
  /** Marked as part of a ZFS pool or of a Btrfs of several disks: which of them are in use, lsblk does not tell. */
  readonly doubtful: ReadonlySet<string>;
}

/** The same of its disks and cards. */
export interface UsesThere extends DisksThere {
  /** Interfaces by which it reaches others, with the ports of such bridges and bonds. */
  readonly routes: ReadonlySet<string>;
  /** The same of what we are connected by. */
  readonly road: ReadonlySet<string>;
}

const NAME_MAX = 256;
const Name = z.string().max(NAME_MAX);

/** lsblk(8), with its children as it nests them. */
interface Block {
  readonly name: string;
  readonly type: string | null;
  readonly fstype: string | null;
  readonly mountpoint: string | null;
  readonly children: readonly Block[];
}
const Block: z.ZodType<Block> = z.object({
  name: Name,
  type: Name.nullable().default(null),
  fstype: Name.nullable().default(null),
  mountpoint: z.string().nullable().default(null),
  get children() {
    return z.array(Block).default([]);
  },
});
const Blocks = z.object({ blockdevices: z.array(Block) });

/** ip-link(8) and ip-route(8): what hangs from what. */
const Links = z.array(z.object({ ifname: Name.optional(), link: Name.optional(), master: Name.optional() }));
const Routes = z.array(z.object({ dev: Name.optional() }));

/** Null where its programs cannot be reached (over TLS and TCP there is nothing but the daemon), or it does not have them. */
export async function usesThere({ run }: RunningRoad): Promise<UsesThere | null> {
  if (run === null) return null;
  const [disks, links, four, six, road] = await Promise.all([
    disksThere({ run }),
    toldAsJson(run, Links, 'ip', '-json', 'link'),
    toldAsJson(run, Routes, 'ip', '-json', 'route', 'show', 'default'),
    toldAsJson(run, Routes, 'ip', '-json', '-6', 'route', 'show', 'default'),
    roadOf(run),
  ]);
  if (disks === null || links === null || four === null) return null;
  const routes = [...four, ...(six ?? [])].flatMap(({ dev }) => dev ?? []);
  return { ...disks, routes: withPorts(routes, links), road: withPorts(road, links) };
}

/** Null as `usesThere`. */
export async function disksThere({ run }: RunningRoad): Promise<DisksThere | null> {
  const blocks = run === null ? null : await toldAsJson(run, Blocks, 'lsblk', '--json', '--output', 'NAME,TYPE,FSTYPE,MOUNTPOINT');
  return blocks === null ? null : disksIn(blocks.blockdevices);
}

/** The interface by which it answers us: sshd(8), SSH_CONNECTION. */
async function roadOf(run: RunProgram): Promise<string[]> {
  const client = /^(\S+) \d+ \S+ \d+\s*$/.exec((await outputOf(run, 'printenv', 'SSH_CONNECTION')) ?? '')?.[1];
  if (client === undefined || !/^[0-9a-f.:]+$/i.test(client)) return [];
  return ((await toldAsJson(run, Routes, 'ip', '-json', 'route', 'get', client)) ?? []).flatMap(({ dev }) => dev ?? []);
}

/** Disks of several, which are mounted by one of them only. */
const SHARING = new Set(['zfs_member', 'btrfs']);

function disksIn(disks: readonly Block[]): DisksThere {
  const isUsed = (one: Block): boolean =>
    one.mountpoint !== null || one.children.some((below) => (below.type !== 'part' && below.type !== 'rom') || isUsed(below));
  const isShared = (one: Block): boolean => SHARING.has(one.fstype ?? '') || one.children.some(isShared);
  const used = disks.filter(isUsed);
  const doubtful = disks.filter((disk) => isShared(disk) && !isUsed(disk));
  return { used: new Set(used.map(({ name }) => name)), doubtful: new Set(doubtful.map(({ name }) => name)) };
}

/** With the ports of bridges and bonds, and the cards below VLANs, at any depth. */
function withPorts(names: readonly string[], links: z.infer<typeof Links>): Set<string> {
  const all = new Set(names.filter((name) => name !== 'lo'));
  // A set that grows while it is walked is walked to its end.
  for (const name of all) {
    for (const { ifname, link, master } of links) {
      if (ifname === undefined) continue;
      if (master === name) all.add(ifname);
      if (ifname === name && link !== undefined) all.add(link);
    }
  }
  return all;
}
