import { attribute, child, type XmlElement } from '../../../xml/document.ts';
import { withAttributesAt } from '../../../xml/edit.ts';
import { devicesOf, type HardwareContext } from '../../hardware-context.ts';
import { withOneCell } from '../../parts/memory-amounts.ts';
import { KiB, sizeIn, withSize } from '../../parts/part-fields.ts';

/** Enclaves are memory of the processor (SGX), not of the guest. */
const countedIn = (domain: XmlElement): XmlElement[] =>
  devicesOf(domain).filter((one) => one.name === 'memory' && attribute(one, 'model') !== 'sgx-epc');

export const pluggedIn = (domain: XmlElement): number =>
  countedIn(domain).reduce((sum, one) => sum + (sizeIn(one, ['target', 'size']) ?? 0), 0);

const slotsUsed = (domain: XmlElement): number =>
  countedIn(domain).filter((one) => !(attribute(one, 'model') ?? '').startsWith('virtio')).length;

const SLOTS = 16;

/**
 * The domain with the memory devices that are in it now, where before it was `context.domain`: room for them, a NUMA node, and sums that count
 * them, as libvirt counts them (qemuDomainAttachDeviceConfig; virDomainDefPostParseMemory).
 */
export function withMemoryRoom(domain: XmlElement, _device: XmlElement, context: Pick<HardwareContext, 'domain'>): XmlElement {
  const more = pluggedIn(domain) - pluggedIn(context.domain);
  if (more === 0) return domain;
  const celled = pluggedIn(domain) === 0 ? domain : withOneCell(domain);
  const counted = ['memory', 'currentMemory'].reduce((made, name) => {
    const now = sizeIn(made, [name]);
    return now === null ? made : withSize(made, [name], Math.max(now + more, KiB));
  }, celled);
  const total = sizeIn(counted, ['memory']) ?? 0;
  const roomy = pluggedIn(domain) > 0 && (sizeIn(counted, ['maxMemory']) ?? 0) < total ? withSize(counted, ['maxMemory'], total) : counted;
  const slots = Number(attribute(child(roomy, 'maxMemory'), 'slots') ?? 0);
  const wanted = Math.max(slots, slotsUsed(roomy), slots === 0 ? SLOTS : 0);
  return child(roomy, 'maxMemory') === null || slots === wanted ? roomy : withAttributesAt(roomy, ['maxMemory'], { slots: wanted });
}

/** What the definition gets along with memory devices of `bytes` more, as sentences. */
export function roomWords({ domain, running }: Pick<HardwareContext, 'domain' | 'running'>, bytes: number): string[] {
  if (bytes <= 0) return [];
  const room = sizeIn(domain, ['maxMemory']);
  const total = (sizeIn(domain, ['memory']) ?? 0) + bytes;
  const enough = room !== null && room >= total;
  const later = running !== null && !hasRoom(running, bytes) ? ' A running guest only has it after its next start.' : '';
  if (enough) return later === '' ? [] : [`The running guest has no room for it.${later}`];
  const what = room === null ? 'The guest gets room for memory devices along with it' : 'The room for memory devices grows along with it';
  return [`${what}${child(child(domain, 'cpu'), 'numa') === null ? ', and a NUMA node with all that it has now' : ''}.${later}`];
}

/** A guest was started with room for so much more. */
export function hasRoom(running: XmlElement, bytes: number): boolean {
  const room = sizeIn(running, ['maxMemory']);
  return room !== null && room >= (sizeIn(running, ['memory']) ?? 0) + bytes;
}

export const nodeCount = (domain: XmlElement): number =>
  Math.max(child(child(domain, 'cpu'), 'numa')?.children.filter((node) => node.kind === 'element').length ?? 0, 1);
