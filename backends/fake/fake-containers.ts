import type { GuestSource, GuestSourceKind } from '#model/guest-source';
import type { CreationOffer, GuestSpec, MachineWish, Mend, Objection } from '#model/guest-spec';
import type { GuestRequest } from '../backend.ts';
import type { FakeHost } from './fake-host.ts';

export type ContainerSource = Extract<GuestSource, { kind: 'container-app' | 'container-os' }>;

/** What a container gets when nobody asks for another machine. */
export const fakeContainer: MachineWish = { type: 'lxc', abi: 'exe', arch: 'x86_64', machine: null };

export function containerSource({ source }: GuestSpec): ContainerSource | null {
  return source.kind === 'container-app' || source.kind === 'container-os' ? source : null;
}

/** Why a host of the other sort does not have this road; null: it is the host's. */
export function whyNotHere({ containers }: FakeHost, kind: GuestSourceKind): string | null {
  const container = kind === 'container-app' || kind === 'container-os';
  if (container === containers) return null;
  return containers
    ? 'This host runs containers, which share its kernel: no other system can be installed in them.'
    : 'This host runs machines; containers need a connection to libvirt’s LXC driver (lxc:///system).';
}

/** What is said of containers alone: they share the host’s kernel, and nothing is to be chosen. */
export function containerOffer({ facts }: FakeHost) {
  return {
    acceleration: { kind: 'none', reason: 'Containers run on the host’s own kernel.' },
    machines: [{ type: 'lxc', abi: 'exe', arch: 'x86_64', machines: [] }],
    firmwares: [],
    tpm: false,
    cpuModes: [],
    graphics: ['none'],
    vcpusMax: facts.cpus,
  } satisfies Partial<CreationOffer>;
}

/** What stands against a container. Whether a chosen file is a folder or an archive is told by its name. */
export function aboutContainer(host: FakeHost, { spec, files }: GuestRequest): Objection[] {
  const source = containerSource(spec);
  if (source === null) return [];
  const found: Objection[] = [];
  if (source.idMap === null) {
    found.push({
      field: 'host',
      severity: 'warning',
      message: 'Without a map of users, root in the container is root on the host.',
      remedy: 'Let nothing run in it that you would not run as root on the host.',
      mends: [],
    });
  } else if (source.kind === 'container-app') {
    found.push(refused('host', 'libvirt maps no users in a container that sees the host’s own files.', 'Leave the map out.'));
  }
  if (source.kind === 'container-app' || source.into !== null) return found;
  const pool = host.pools.find(({ active, kind }) => active && kind === 'dir');
  const mends: Mend[] = pool === undefined ? [] : [{ kind: 'copy', pool: pool.name }];
  const { from } = source;
  const path = from.kind === 'file' ? (files.chosen.get(from.token)?.path ?? '') : null;
  if (path === null && from.kind !== 'volume') {
    return [...found, refused('media', 'The files of the container need a storage pool.', 'Choose one.', mends)];
  }
  if (path === null || !/\.tar(\.[a-z0-9]+)?$/.test(path)) return found;
  return [...found, refused('media', 'An archive is unpacked into a storage pool.', 'Choose one.', mends)];
}

const refused = (field: Objection['field'], message: string, remedy: string, mends: Mend[] = []): Objection => ({
  field,
  severity: 'error',
  message,
  remedy,
  mends,
});

/** The folder that is its "/"; null: it sees the host's own. */
export function rootOf(host: FakeHost, { spec, files }: GuestRequest): string | null {
  const { source, name } = spec;
  if (source.kind !== 'container-os') return null;
  const pathIn = (pool: string, last: string) => `${host.pools.find((other) => other.name === pool)?.path ?? `/${pool}`}/${last}`;
  if (source.into !== null) return pathIn(source.into, name);
  if (source.from.kind === 'volume') return pathIn(source.from.volume.pool, source.from.volume.name);
  return source.from.kind === 'file' ? (files.chosen.get(source.from.token)?.path ?? null) : null;
}

/** As libvirt has it of a container. */
export function containerDefinition({ name, memory, vcpus, nics }: GuestSpec, source: ContainerSource, root: string | null): string {
  const map = source.idMap === null ? null : `start="0" target="${source.idMap.start}" count="${source.idMap.count}"`;
  const lines = [
    '<domain type="lxc">',
    `  <name>${name}</name>`,
    `  <memory unit="KiB">${Math.ceil(memory / 1024)}</memory>`,
    `  <vcpu>${vcpus}</vcpu>`,
    '  <os>',
    '    <type arch="x86_64">exe</type>',
    `    <init>${escaped(source.init)}</init>`,
    ...(source.kind === 'container-app' ? source.arguments : []).map((word) => `    <initarg>${escaped(word)}</initarg>`),
    '  </os>',
    ...(map === null ? [] : ['  <idmap>', `    <uid ${map}/>`, `    <gid ${map}/>`, '  </idmap>']),
    '  <devices>',
    ...(root === null
      ? []
      : ['    <filesystem type="mount">', `      <source dir="${escaped(root)}"/>`, '      <target dir="/"/>', '    </filesystem>']),
    ...nics.map((nic) => `    <interface type="${nic.kind}"/>`),
    '    <console type="pty"/>',
    '  </devices>',
    '</domain>',
  ];
  return `${lines.join('\n')}\n`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
