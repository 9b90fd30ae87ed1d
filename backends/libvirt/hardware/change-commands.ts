import { guestWord, shellWord } from '../guests/guest-actions.ts';
import type { XmlElement } from '../xml/document.ts';
import { indented } from '../xml/indented.ts';
import type { ChangedDefinition } from './changed-definition.ts';
import { editedDevice } from './edited-device.ts';
import { xpathOf } from './found-device.ts';
import type { OpenGuest } from './open-guest.ts';
import { readAt } from './bound-fields.ts';
import { withoutSecrets } from './secrets.ts';

/** The same by hand: virt-xml where every value has one place in the document, virsh else. No secret is in it. */
export function commandsFor(guest: OpenGuest, change: ChangedDefinition, live: boolean): string[] {
  const { host, dom, persistent } = guest;
  const virsh = (verb: string, ...words: readonly string[]) =>
    ['virsh -c', shellWord(host.address), verb, guestWord(dom), ...words].join(' ');
  const scope = [...(live ? ['--live'] : []), ...(persistent ? ['--config'] : [])].join(' ');
  const document = (element: XmlElement) => `/dev/stdin ${scope} ${hereDocument(indented(withoutSecrets(element)))}`;
  switch (change.sort) {
    case 'set':
      return [setCommand(guest, change, live) ?? virsh('edit')];
    case 'add':
      return [virsh('attach-device', document(change.element))];
    case 'remove': {
      const element = change.device.next ?? change.device.running;
      return element === null ? [] : [virsh('detach-device', document(element))];
    }
    case 'rewrite':
    case 'undo':
      break;
  }
  return [virsh('edit')];
}

/** Ends with a word that is no line of it: in a text or a comment there may be any, and what comes after the end is run. */
export function hereDocument(text: string): string {
  const lines = new Set(text.split('\n'));
  let end = 'END';
  while (lines.has(end)) end += '_';
  return `<<'${end}'\n${text}${end}`;
}

/** Null where virt-xml cannot be told. */
function setCommand({ host, dom, context }: OpenGuest, change: Extract<ChangedDefinition, { sort: 'set' }>, live: boolean): string | null {
  const { device, changed, domain } = change;
  const edited = device === null ? domain : editedDevice(change, { context });
  if (edited === null || device?.next === null || changed.some(({ field }) => field.kind === 'secret')) return null;
  const at = device === null ? '.' : xpathOf(context.domain, device.next);
  const options = changed.map(({ bound }) => (bound.at === null ? null : placeOption(`${at}/${bound.at}`, readAt(edited, bound.at))));
  if (options.includes(null)) return null;
  const update = live && changed.some(({ bound }) => bound.live !== null) ? ['--update'] : [];
  const words = ['virt-xml --connect', shellWord(host.address), guestWord(dom), '--edit'];
  return [...words, ...options.map((option) => `--xml ${shellWord(option ?? '')}`), ...update].join(' ');
}

/** Null: virt-xml 4.1 takes the whole element away when it is told to delete an attribute. */
function placeOption(xpath: string, value: string | null): string | null {
  if (value !== null) return `xpath.set=${escapedComma(xpath)},xpath.value=${escapedComma(value)}`;
  return xpath.includes('/@') ? null : `xpath.delete=${escapedComma(xpath)}`;
}

/** virt-xml divides options at commas; two stand for one (virt-install(1), "SUBOPTIONS"). */
const escapedComma = (text: string): string => text.replaceAll(',', ',,');
