import { guestWord, shellWord } from '../../guests/guest-actions.ts';
import { redefine } from '../../definitions/redefine.ts';
import { remote } from '../../protocol/remote.ts';
import { attribute, path, serialize, textAt, type XmlElement } from '../../xml/document.ts';
import { withPath, withText } from '../../xml/edit.ts';
import { element } from '../../xml/document.ts';
import { textField } from '../bound-fields.ts';
import type { ActionSubject, DeviceAction } from '../device-kind.ts';
import { nameOf } from '../hardware-context.ts';
import type { OpenGuest } from '../open-guest.ts';
import { failedWith } from '../../failed-with.ts';

const obstacle = ({ running, persistent }: OpenGuest): string | null => {
  if (!persistent) return 'A guest that exists only while it runs keeps its name.';
  return running === null ? null : 'Shut the guest down first: a running guest keeps its name.';
};

/** https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainRename */
export const rename: DeviceAction = {
  key: 'rename',
  label: 'Rename',
  help: 'Gives the guest another name. Its disks, its firmware’s variables and its identity stay.',
  danger: false,
  offer: ({ guest }) => ({
    fields: [
      textField(
        'name',
        {
          label: 'Name',
          maxLength: 255,
          pattern: { source: String.raw`[^/\n\u0000-\u001f]+`, says: 'A name without slashes and line breaks.' },
        },
        guest.context,
      ),
    ],
    values: { name: nameOf(guest.context.domain) },
    unavailable: obstacle(guest),
  }),
  plan: ({ guest: { host, dom } }, { name }) => {
    const to = typeof name === 'string' ? name.trim() : '';
    const same = to === dom.name ? [{ field: 'name', message: 'That is its name already.' }] : [];
    const dots = to === '.' || to === '..' ? [{ field: 'name', message: 'That is the name of a folder.' }] : [];
    return {
      differences: [{ what: 'Name', from: dom.name, to, effect: 'now' }],
      warnings: ['What finds the guest by its name, like scripts and backups, must be told of the new one.'],
      losses: [],
      objections: [...same, ...dots],
      commands: [`virsh -c ${shellWord(host.address)} domrename ${guestWord(dom)} ${shellWord(to)}`],
    };
  },
  run: async (subject, { name }, operation) => {
    operation.report('Renaming the guest', null);
    await renamed(subject, typeof name === 'string' ? name.trim() : '');
    return { effect: 'now', why: null };
  },
};

/** libvirt finds the firmware's variables by the guest's name where the definition does not say where they are: so it has to say it first. */
async function renamed({ guest }: ActionSubject, newName: string): Promise<void> {
  const { host, dom, text, source } = guest;
  const variables = await variablesFile(guest);
  const pinned = variables === null ? null : source.write(withVariables(source.root, variables));
  const defined = pinned === null ? null : await redefine(host, dom, text, pinned);
  try {
    await host.job(remote.domainRename, { dom, newName, flags: 0 });
  } catch (error) {
    if (defined !== null && !failedWith(error, 'connection-lost', 'outcome-unknown')) await redefine(host, dom, defined.text, text);
    throw error;
  }
}

const hasFirmware = (domain: XmlElement): boolean =>
  attribute(path(domain, 'os'), 'firmware') === 'efi' || attribute(path(domain, 'os', 'loader'), 'type') === 'pflash';

const withVariables = (domain: XmlElement, file: string): XmlElement =>
  withPath(domain, ['os', 'nvram'], (old) => withText(old ?? element('nvram'), file));

/** Where libvirt keeps them, by the command line that it would start the guest with; null: the definition says it, or there are none. */
async function variablesFile({ host, source: { root } }: OpenGuest): Promise<string | null> {
  if (!hasFirmware(root) || textAt(root, 'os', 'nvram') !== null || path(root, 'os', 'nvram', 'source') !== null) return null;
  const { nativeConfig } = await host.job(remote.connectDomainXmlToNative, {
    nativeFormat: 'qemu-argv',
    domainXml: serialize(root),
    flags: 0,
  });
  return /"filename":"((?:[^"\\]|\\.)+)","node-name":"libvirt-pflash1-storage"/.exec(nativeConfig)?.[1] ?? null;
}
