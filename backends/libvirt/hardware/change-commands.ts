import { shellWord } from '../guests/guest-actions.ts';
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
  const { host, dom, context, persistent } = guest;
  const virsh = (verb: string, ...words: readonly string[]) =>
    ['virsh -c', shellWord(host.address), verb, shellWord(dom.name), ...words].join(' ');
  const scope = [...(live ? ['--live'] : []), ...(persistent ? ['--config'] : [])].join(' ');
  const document = (element: XmlElement) => `/dev/stdin ${scope} <<'END'\n${indented(withoutSecrets(element))}END`;
  switch (change.sort) {
    case 'set': {
      const { device, changed } = change;
      const places = changed.map(({ bound }) => bound.at);
      const changesLive = live && changed.some(({ bound }) => bound.live !== null);
      if (places.some((place) => place === null) || device?.next === null || changed.some(({ field }) => field.kind === 'secret')) {
        return [virsh('edit')];
      }
      const at = device === null ? '.' : xpathOf(context.domain, device.next);
      const edited = device === null ? change.domain : (editedDevice(change, guest) ?? device.next);
      const options = places.flatMap((place) => {
        const value = place === null ? null : readAt(edited, place);
        const xpath = `${at}/${place ?? ''}`;
        return value === null
          ? ['--xml', shellWord(`xpath.delete=${escapedComma(xpath)}`)]
          : ['--xml', shellWord(`xpath.set=${escapedComma(xpath)},xpath.value=${escapedComma(value)}`)];
      });
      const target = ['virt-xml --connect', shellWord(host.address), shellWord(dom.name), '--edit', ...options];
      return [[...target, ...(changesLive ? ['--update'] : [])].join(' ')];
    }
    case 'add':
      return [virsh('attach-device', document(change.element))];
    case 'remove': {
      const element = change.device.next ?? change.device.running;
      return element === null ? [] : [virsh('detach-device', document(element))];
    }
    case 'rewrite':
      return [virsh('edit')];
  }
}

/** virt-xml divides options at commas; two stand for one (virt-install(1), "SUBOPTIONS"). */
const escapedComma = (text: string): string => text.replaceAll(',', ',,');
