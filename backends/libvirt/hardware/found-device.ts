import type { DeviceId } from '#model/hardware';
import { BackendError } from '../../errors.ts';
import type { XmlElement } from '../xml/document.ts';
import type { DeviceKind, MachinePart } from './device-kind.ts';
import { deviceKinds } from './device-kinds.ts';
import { devicesOf, type HardwareContext } from './hardware-context.ts';
import { machineParts } from './parts/machine-parts.ts';

/** A device as it stands in the two documents; at least one of them has it. */
export interface FoundDevice {
  readonly id: DeviceId;
  /** Null: there is no form for it. */
  readonly kind: DeviceKind | null;
  readonly next: XmlElement | null;
  readonly running: XmlElement | null;
  /** Among those of its kind, from 1; null where it is the only one. */
  readonly number: number | null;
}

/** Part of the machine: in both documents always. */
export interface FoundPart {
  readonly id: DeviceId;
  readonly kind: MachinePart;
}

/** What is no device of the guest but how the host runs it. */
const noDevices: ReadonlySet<string> = new Set(['emulator']);

export function foundParts(context: HardwareContext): FoundPart[] {
  return machineParts.filter((kind) => kind.fits(context)).map((kind) => ({ id: kind.kind, kind }));
}

/**
 * Every device of both definitions, once. The same in both is what has the same identity; where a kind has none, what stands at the same place
 * among its like.
 */
export function foundDevices(domain: XmlElement, running: XmlElement | null, persistent: boolean): FoundDevice[] {
  const next = persistent ? keyed(domain) : new Map<DeviceId, Keyed>();
  const now = running === null ? new Map<DeviceId, Keyed>() : keyed(running);
  const ids = [...new Set([...next.keys(), ...now.keys()])];
  const found = ids.map((id) => {
    const one = next.get(id) ?? now.get(id);
    return { id, kind: one?.kind ?? null, next: next.get(id)?.element ?? null, running: now.get(id)?.element ?? null };
  });
  return sortOf(found).map((device, index, all) => {
    const alike = all.filter(
      ({ kind, next: a, running: b }) => kind === device.kind && (kind !== null || nameIn(a, b) === nameIn(device.next, device.running)),
    );
    return { ...device, number: alike.length === 1 ? null : all.slice(0, index + 1).filter((one) => alike.includes(one)).length };
  });
}

/** Throws 'not-found'. */
export function deviceBy(id: DeviceId, devices: readonly FoundDevice[]): FoundDevice {
  const found = devices.find((device) => device.id === id);
  if (found === undefined) throw new BackendError('not-found', 'The guest does not have this device any more.');
  return found;
}

export const kindOf = (element: XmlElement): DeviceKind | null => deviceKinds.find((kind) => kind.is(element)) ?? null;

/** Where it is among its parent's elements of that name, from 1, as an XPath has it. */
export function xpathOf(domain: XmlElement, device: XmlElement): string {
  const alike = devicesOf(domain).filter(({ name }) => name === device.name);
  return `./devices/${device.name}[${alike.indexOf(device) + 1}]`;
}

interface Keyed {
  readonly element: XmlElement;
  readonly kind: DeviceKind | null;
}

function keyed(domain: XmlElement): Map<DeviceId, Keyed> {
  const counts = new Map<string, number>();
  const found = new Map<DeviceId, Keyed>();
  for (const element of devicesOf(domain)) {
    if (noDevices.has(element.name)) continue;
    const kind = kindOf(element);
    const name = kind?.kind ?? `unknown-${element.name}`;
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    const identity = kind?.identity(element) ?? null;
    const id = `${name}:${identity ?? number}`.slice(0, 256);
    // Two that claim to be the same are told apart by their order after all.
    found.set(found.has(id) ? `${id}#${number}` : id, { element, kind });
  }
  return found;
}

const nameIn = (next: XmlElement | null, running: XmlElement | null) => (next ?? running)?.name;

function sortOf<D extends Pick<FoundDevice, 'kind'>>(devices: readonly D[]): D[] {
  const rank = ({ kind }: D) => (kind === null ? deviceKinds.length : deviceKinds.indexOf(kind));
  return [...devices].sort((one, other) => rank(one) - rank(other));
}
