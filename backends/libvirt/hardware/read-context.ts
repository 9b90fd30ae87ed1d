import type { HostDevice } from '#model/host-device';
import { listHostDevices } from '../devices/host-devices.ts';
import { listRenderNodes, type RenderNode } from '../devices/render-nodes.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { readHostLinks } from '../networks/host-links.ts';
import type { Pool } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { attribute, descendants, parseXml, path, text, textAt, type XmlElement } from '../xml/document.ts';
import type { HardwareContext, KnownPool, NamedObject } from './hardware-context.ts';

/** What a host has seldom changes while a person fills in a form, and costs hundreds of calls to read. */
const REMEMBERED_MS = 15_000;
/** Sorts of machines; of more, the one that was first asked for is asked for again. */
const CAPABILITIES_MAX = 64;

const readers = new WeakMap<LibvirtHost, ContextReader>();

/** The one of this host: what it has read serves all who ask. */
export function contextsOf(host: LibvirtHost): ContextReader {
  const reader = readers.get(host) ?? new ContextReader(host);
  readers.set(host, reader);
  return reader;
}

/** Reads what forms are made from. What a host does not tell is left out: a form with fewer choices is better than none. */
export class ContextReader {
  readonly #host: LibvirtHost;
  #around: { readonly read: Promise<Around>; readonly at: number } | null = null;
  readonly #capabilities = new Map<string, Promise<XmlElement | null>>();
  #version: Promise<number> | null = null;

  constructor(host: LibvirtHost) {
    this.#host = host;
  }

  /**
   * `strange`: the definition is no guest's of the host. Then only an emulator that the host names itself is asked for what it can: libvirt
   * starts whatever file it is asked for.
   */
  async read(domain: XmlElement, running: XmlElement | null, { strange = false } = {}): Promise<HardwareContext> {
    const hypervisor = attribute(domain, 'type') ?? '';
    const type = path(domain, 'os', 'type');
    const arch = attribute(type, 'arch') ?? this.#host.facts.arch;
    const machine = attribute(type, 'machine');
    const wanted = textAt(domain, 'devices', 'emulator');
    const hostCapabilities = await this.#host.capabilities();
    const emulator = strange && !descendants(hostCapabilities, 'emulator').some((one) => text(one) === wanted) ? null : wanted;
    const [capabilities, libvirt, around] = await Promise.all([
      this.#capabilitiesOf({ emulator, arch, machine, hypervisor }),
      (this.#version ??= this.#readVersion()),
      this.#readAround(),
    ]);
    const { facts, local } = this.#host;
    return { domain, running, hypervisor, arch, machine, capabilities, hostCapabilities, facts, libvirt, local, ...around };
  }

  /** What is around guests is read anew the next time. */
  forget(): void {
    this.#around = null;
  }

  #capabilitiesOf(asked: {
    emulator: string | null;
    arch: string;
    machine: string | null;
    hypervisor: string;
  }): Promise<XmlElement | null> {
    const key = JSON.stringify(asked);
    const known = this.#capabilities.get(key);
    if (known !== undefined) return known;
    const { emulator: emulatorbin, arch, machine, hypervisor: virttype } = asked;
    const args = { emulatorbin, arch, machine, virttype, flags: 0 };
    const reading = this.#host.call(remote.connectGetDomainCapabilities, args).then(({ capabilities }) => parseXml(capabilities));
    const answer = orElse(reading, null);
    this.#capabilities.set(key, answer);
    const [oldest] = this.#capabilities.keys();
    if (this.#capabilities.size > CAPABILITIES_MAX && oldest !== undefined) this.#capabilities.delete(oldest);
    return answer;
  }

  async #readVersion(): Promise<number> {
    return Number((await this.#host.call(remote.connectGetLibVersion, {})).libVer);
  }

  #readAround(): Promise<Around> {
    const now = performance.now();
    if (this.#around === null || now - this.#around.at > REMEMBERED_MS) this.#around = { read: readAround(this.#host), at: now };
    return this.#around.read;
  }
}

// libvirt: VIR_CONNECT_LIST_NETWORKS_ACTIVE, VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE.
const ACTIVE = 2;

type Around = Pick<HardwareContext, 'networks' | 'pools' | 'links' | 'hostDevices' | 'renderNodes'>;

async function readAround(host: LibvirtHost): Promise<Around> {
  const networksOf = async (flags: number) => (await host.call(remote.connectListAllNetworks, { needResults: 1, flags })).nets;
  const poolsOf = async (flags: number) => (await host.call(remote.connectListAllStoragePools, { needResults: 1, flags })).pools;
  const [networks, activeNetworks, pools, activePools, links, hostDevices, renderNodes] = await Promise.all([
    orElse(networksOf(0), []),
    orElse(networksOf(ACTIVE), []),
    orElse(poolsOf(0), []),
    orElse(poolsOf(ACTIVE), []),
    orElse(readHostLinks(host), []),
    orElse<readonly HostDevice[]>(listHostDevices(host), []),
    orElse<readonly RenderNode[] | null>(listRenderNodes(host), null),
  ]);
  return {
    networks: named(networks, activeNetworks),
    pools: await knownPools(host, pools, activePools),
    links: links.map(({ name, kind }) => ({ name, bridge: kind === 'bridge' })),
    hostDevices,
    renderNodes,
  };
}

async function knownPools(host: LibvirtHost, all: readonly Pool[], active: readonly Pool[]): Promise<KnownPool[]> {
  const read = async (pool: Pool, object: NamedObject): Promise<KnownPool> => {
    const document = parseXml((await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 })).xml);
    const { available } = await host.call(remote.storagePoolGetInfo, { pool });
    return { ...object, kind: attribute(document, 'type'), target: textAt(document, 'target', 'path'), available: bytesOf(available) };
  };
  return Promise.all(
    named(all, active).map(async (object) => {
      const pool = all.find(({ name }) => name === object.name);
      const unread: KnownPool = { ...object, kind: null, target: null, available: 0 };
      return pool === undefined ? unread : orElse(read(pool, object), unread);
    }),
  );
}

function named(all: readonly { readonly name: string }[], active: readonly { readonly name: string }[]): NamedObject[] {
  const names = new Set(active.map(({ name }) => name));
  return all.map(({ name }) => ({ name, active: names.has(name) })).sort((one, other) => one.name.localeCompare(other.name));
}

async function orElse<T>(reading: Promise<T>, instead: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return instead;
  }
}
