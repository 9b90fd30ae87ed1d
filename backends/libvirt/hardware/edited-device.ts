import type { XmlElement } from '../xml/document.ts';
import type { ChangedDefinition } from './changed-definition.ts';
import type { OpenGuest } from './open-guest.ts';

/** The device as the changed definition has it; null where the definition does not have it. */
export function editedDevice(
  { device, domain }: Extract<ChangedDefinition, { sort: 'set' }>,
  { context }: Pick<OpenGuest, 'context'>,
): XmlElement | null {
  if (device === null || device.next === null) return null;
  const place = context.domain.children.findIndex((node) => node.kind === 'element' && node.name === 'devices');
  const before = context.domain.children[place];
  const after = domain.children[place];
  if (before?.kind !== 'element' || after?.kind !== 'element') return null;
  const found = after.children[before.children.indexOf(device.next)];
  return found?.kind === 'element' ? found : null;
}
