import type { HostDevice } from '#model/host-device';
import type { Choice } from '#model/hardware-field';
import type { HostFacts } from '#model/host';
import type { RenderNode } from '../devices/render-nodes.ts';
import { attribute, child, children, path, text, textAt, type XmlElement } from '../xml/document.ts';

/** A volume, pool or network that a device can name. */
export interface NamedObject {
  readonly name: string;
  readonly active: boolean;
}

export interface KnownPool extends NamedObject {
  /** As libvirt calls it: "dir"; null where it could not be read. */
  readonly kind: string | null;
  /** The folder in which its volumes appear on the host. */
  readonly target: string | null;
  /** Bytes. */
  readonly available: number;
}

/** What forms about one guest are made from: the guest's own definition and what its host can. All was read before; nothing here waits. */
export interface HardwareContext {
  /** The definition of the next start; of a guest without one, what it runs with. */
  readonly domain: XmlElement;
  /** What it runs with; null while it is off. */
  readonly running: XmlElement | null;
  /** The domain's type: kvm, qemu, xen, lxc, test … */
  readonly hypervisor: string;
  readonly arch: string;
  /** As it was written, also as an alias: "pc-q35-7.2", "q35". */
  readonly machine: string | null;
  /** What this machine can have: libvirt's domain capabilities; null where the driver tells none. */
  readonly capabilities: XmlElement | null;
  /** What the host can run. */
  readonly hostCapabilities: XmlElement;
  readonly facts: HostFacts;
  /** libvirt's version on the host: 9_000_000 is 9.0.0. */
  readonly libvirt: number;
  readonly local: boolean;
  readonly networks: readonly NamedObject[];
  readonly pools: readonly KnownPool[];
  /** Bridges and interfaces of the host that a card can hang on. */
  readonly links: readonly { readonly name: string; readonly bridge: boolean }[];
  readonly hostDevices: readonly HostDevice[];
  /** Graphics cards that can draw without a screen; null where the host does not tell. */
  readonly renderNodes: readonly RenderNode[] | null;
}

/** Drivers of QEMU, with hardware or emulated. */
export const isQemu = ({ hypervisor }: Pick<HardwareContext, 'hypervisor'>): boolean => hypervisor === 'kvm' || hypervisor === 'qemu';
export const isContainer = ({ hypervisor }: Pick<HardwareContext, 'hypervisor'>): boolean => hypervisor === 'lxc';
export const isXen = ({ hypervisor }: Pick<HardwareContext, 'hypervisor'>): boolean => hypervisor === 'xen';
/** One that has no firmware: paravirtual ("linux"), PVH ("xenpvh"). */
export const isBareXen = (context: Pick<HardwareContext, 'hypervisor' | 'domain'>): boolean =>
  isXen(context) && textAt(context.domain, 'os', 'type') !== 'hvm';
export const isQ35 = ({ machine }: Pick<HardwareContext, 'machine'>): boolean => machine !== null && machine.includes('q35');
export const isX86 = ({ arch }: Pick<HardwareContext, 'arch'>): boolean => arch === 'x86_64' || arch === 'i686';

/**
 * The values of an enum in the domain capabilities, by the elements to it: `capableOf(context, 'devices', 'disk')('bus')`. Null where the host
 * tells nothing of it, which is not the same as nothing.
 */
export function enumOf(context: Pick<HardwareContext, 'capabilities'>, names: readonly string[], name: string): readonly string[] | null {
  const found = children(path(context.capabilities, ...names), 'enum').find((one) => attribute(one, 'name') === name);
  return found === undefined ? null : children(found, 'value').map((value) => text(value));
}

/** False only where the host says that it does not have it. */
export function supports(context: Pick<HardwareContext, 'capabilities'>, ...names: readonly string[]): boolean {
  return attribute(path(context.capabilities, ...names), 'supported') !== 'no';
}

/** Those of `known` that the host has, in their order; all where it tells nothing. What it has beyond them comes after, by its own name. */
export function offered(known: readonly Choice[], available: readonly string[] | null): readonly Choice[] {
  if (available === null) return known;
  const rest = available.filter((value) => known.every((choice) => choice.value !== value));
  return [
    ...known.filter(({ value }) => value === null || available.includes(String(value))),
    ...rest.map((value) => ({ value, label: value, help: null, unavailable: null })),
  ];
}

export const devicesOf = (domain: XmlElement): XmlElement[] => children(child(domain, 'devices'));
export const nameOf = (domain: XmlElement): string => textAt(domain, 'name') ?? '';
