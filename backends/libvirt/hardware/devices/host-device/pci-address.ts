import { attribute, type XmlElement } from '../../../xml/document.ts';
import type { AttributeChanges } from '../../../xml/edit.ts';

const parts = [
  { name: 'domain', digits: 4 },
  { name: 'bus', digits: 2 },
  { name: 'slot', digits: 2 },
  { name: 'function', digits: 1 },
] as const;

/** "0000:01:00.0" of an <address>; null where it is none. Decimal and hexadecimal are both taken, as libvirt does. */
export function pciAddressOf(address: XmlElement | null): string | null {
  if (address === null) return null;
  const [domain, bus, slot, fn] = parts.map(({ name, digits }) => {
    const value = Number(attribute(address, name) ?? (name === 'domain' || name === 'function' ? '0' : Number.NaN));
    return Number.isInteger(value) && value >= 0 ? value.toString(16).padStart(digits, '0') : null;
  });
  return domain == null || bus == null || slot == null || fn == null ? null : `${domain}:${bus}:${slot}.${fn}`;
}

/** Its attributes, as libvirt writes them; null for what is no address. */
export function pciAttributes(address: string): AttributeChanges | null {
  const found = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/.exec(address);
  if (found === null) return null;
  const [, domain, bus, slot, fn] = found;
  return { domain: `0x${domain}`, bus: `0x${bus}`, slot: `0x${slot}`, function: `0x${fn}` };
}
