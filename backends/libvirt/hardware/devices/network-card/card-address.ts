import { createHash } from 'node:crypto';
import { attribute, child, descendants, textAt } from '../../../xml/document.ts';
import type { HardwareContext } from '../../hardware-context.ts';

/** QEMU's and libvirt's prefix for guests' cards, in the range that IEEE leaves to everybody. */
const PREFIX = '52:54:00';

/** Hardware addresses of the guest's cards, of those that it runs with as well. */
export function cardAddresses({ domain, running }: Pick<HardwareContext, 'domain' | 'running'>): string[] {
  const cards = [...descendants(child(domain, 'devices'), 'interface'), ...descendants(child(running, 'devices'), 'interface')];
  return cards.flatMap((card) => attribute(child(card, 'mac'), 'address')?.toLowerCase() ?? []);
}

/** An address that none of the guest's cards has. The same until one has it: what was looked at in a plan is what is then carried out. */
export function freeCardAddress(context: Pick<HardwareContext, 'domain' | 'running'>): string {
  const taken = [...new Set(cardAddresses(context))].sort();
  const seed = [textAt(context.domain, 'uuid'), textAt(context.domain, 'name'), ...taken].join(' ');
  for (let turn = 0; ; turn += 1) {
    const digits = createHash('sha256').update(`${turn} ${seed}`).digest('hex').slice(0, 6);
    const address = `${PREFIX}:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;
    if (!taken.includes(address)) return address;
  }
}
