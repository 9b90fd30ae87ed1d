import type { DeviceId } from '#model/hardware';
import { BackendError } from '../../errors.ts';
import { attribute, child, type XmlElement } from '../xml/document.ts';
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
 * Every device of both definitions, once. The same in both is what has the same identity; where a kind has none, what is at the same address in
 * the guest; where that says nothing, what stands at the same place among its like.
 */
export function foundDevices(domain: XmlElement, running: XmlElement | null, persistent: boolean): FoundDevice[] {
  const next = persistent ? keyed(domain) : new Map<DeviceId, Keyed>();
  const now = running === null ? new Map<DeviceId, Keyed>() : paired(next, keyed(running));
  const ids = [...new Set([...next.keys(), ...now.keys()])];
  const found = ids.flatMap((id) => {
    const one = next.get(id) ?? now.get(id);
    if (one === undefined) return [];
    return [{ id, kind: one.kind, sort: one.sort, next: next.get(id)?.element ?? null, running: now.get(id)?.element ?? null }];
  });
  const counts = new Map<string, number>();
  const counted = sortOf(found).map((device) => {
    const number = (counts.get(device.sort) ?? 0) + 1;
    counts.set(device.sort, number);
    return { ...device, number };
  });
  return counted.map(({ sort, number, ...device }) => ({ ...device, number: counts.get(sort) === 1 ? null : number }));
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
  /** Names its like: its kind, or its element. */
  readonly sort: string;
  /** Named by its place among its like. */
  readonly ordered: boolean;
}

/** Characters, with room for what tells two of one id apart: `DeviceId` takes 256. */
const ID_MAX = 240;

function keyed(domain: XmlElement): Map<DeviceId, Keyed> {
  const counts = new Map<string, number>();
  const found = new Map<DeviceId, Keyed>();
  for (const element of devicesOf(domain)) {
    if (noDevices.has(element.name)) continue;
    const kind = kindOf(element);
    const sort = kind?.kind ?? `unknown-${element.name}`;
    const number = (counts.get(sort) ?? 0) + 1;
    counts.set(sort, number);
    const identity = kind?.identity(element) ?? null;
    const id = `${sort}:${identity ?? number}`.slice(0, ID_MAX);
    // Two that claim to be the same are told apart by their order after all.
    found.set(found.has(id) ? `${id}#${number}` : id, { element, kind, sort, ordered: identity === null });
  }
  return found;
}

/**
 * What runs, under the ids of the definition. Where one of several alike has gone from the definition, those behind it stand elsewhere in it
 * than in the running guest: by order alone a person would see one of them, and unplug another.
 */
function paired(next: ReadonlyMap<DeviceId, Keyed>, now: ReadonlyMap<DeviceId, Keyed>): Map<DeviceId, Keyed> {
  const waiting = [...next].flatMap(([id, one]) => (one.ordered ? [{ id, ...one }] : []));
  const ids = new Map<Keyed, DeviceId>();
  for (const fits of [isThere, canBe]) {
    for (const one of now.values()) {
      if (!one.ordered || ids.has(one)) continue;
      const at = waiting.findIndex((other) => other.sort === one.sort && fits(other.element, one.element));
      for (const other of at < 0 ? [] : waiting.splice(at, 1)) ids.set(one, other.id);
    }
  }
  const taken = new Set([...next.keys(), ...[...now].flatMap(([id, { ordered }]) => (ordered ? [] : [id]))]);
  const running = new Map<DeviceId, Keyed>();
  for (const [own, one] of now) {
    const id = one.ordered ? (ids.get(one) ?? unused(one.sort, taken)) : own;
    taken.add(id);
    running.set(id, one);
  }
  return running;
}

function unused(sort: string, taken: ReadonlySet<DeviceId>): DeviceId {
  for (let number = 1; ; number += 1) if (!taken.has(`${sort}:${number}`)) return `${sort}:${number}`;
}

/** Without what only a running guest's has: the base of a memory module. */
const placing = ['type', 'domain', 'bus', 'slot', 'function', 'controller', 'unit', 'port', 'cssid', 'ssid', 'devno', 'reg', 'iobase'];

function placeOf(device: XmlElement): string | null {
  const address = child(device, 'address');
  return address === null ? null : placing.map((name) => attribute(address, name) ?? '').join(' ');
}

const isThere = (one: XmlElement, other: XmlElement): boolean => placeOf(one) !== null && placeOf(one) === placeOf(other);

/** Not where both have an address of the same sort: those are two. */
function canBe(one: XmlElement, other: XmlElement): boolean {
  const [a, b] = [child(one, 'address'), child(other, 'address')];
  return a === null || b === null || attribute(a, 'type') !== attribute(b, 'type');
}

function sortOf<D extends Pick<FoundDevice, 'kind'>>(devices: readonly D[]): D[] {
  const rank = ({ kind }: D) => (kind === null ? deviceKinds.length : deviceKinds.indexOf(kind));
  return [...devices].sort((one, other) => rank(one) - rank(other));
}
