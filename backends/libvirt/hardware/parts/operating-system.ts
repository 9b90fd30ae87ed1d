import { attribute, child, element, path, serialize, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { customField, type TextSaying, textField } from '../bound-fields.ts';
import { faithful } from './part-fields.ts';

// The vocabulary by which libosinfo's users (virt-manager, GNOME Boxes) note the system in a definition.
const NAMESPACE = 'http://libosinfo.org/xmlns/libvirt/domain/1.0';
const LIST = `{${NAMESPACE}}libosinfo`;
const SYSTEM = `{${NAMESPACE}}os`;

export const operatingSystemIn = (domain: XmlElement): string | null => attribute(path(domain, 'metadata', LIST, SYSTEM), 'id');

/** Whether the definition says that Windows is in it. */
export const windowsIn = (domain: XmlElement): boolean => operatingSystemIn(domain)?.includes('microsoft.com') ?? false;

function withSystem(old: XmlElement | null, id: string | null): XmlElement | null {
  if (id === null) return null;
  if (old === null) return element('libosinfo:libosinfo', { 'xmlns:libosinfo': NAMESPACE }, element('libosinfo:os', { id }));
  const prefix = old.name.includes(':') ? `${old.name.slice(0, old.name.indexOf(':'))}:` : '';
  return withChild(old, SYSTEM, (os) => withAttributes(os ?? { ...element(`${prefix}os`), namespace: NAMESPACE }, { id }));
}

/** libvirt: VIR_DOMAIN_METADATA_ELEMENT. */
const OWN_ELEMENT = 2;

const saying: TextSaying = {
  label: 'Operating system',
  help: 'Which system is in it, by its libosinfo address. What suits the guest is suggested by it; the guest itself does not see it.',
  unset: 'Not said',
  maxLength: 512,
  picks: 'system',
  pattern: { source: String.raw`https?://\S+`, says: 'An address, like http://debian.org/debian/12.' },
  live: async ({ host, dom, element: running }, value) => {
    const made = withSystem(path(running, 'metadata', LIST), typeof value === 'string' && value !== '' ? value : null);
    const metadata = made === null ? null : serialize(made);
    // The key is the prefix that libvirt declares: it refuses one that is declared already (virXMLInjectNamespace).
    await host.job(remote.domainSetMetadata, { dom, type: OWN_ELEMENT, metadata, key: 'osinfo', uri: NAMESPACE, flags: Affect.live });
  },
};

export const operatingSystem = faithful(
  customField((context) => textField('os', saying, context), {
    read: operatingSystemIn,
    write: (domain, value) => {
      const made = withChild(domain, 'metadata', (old) => {
        const next = withChild(old ?? element('metadata'), LIST, (list) =>
          withSystem(list, typeof value === 'string' && value !== '' ? value : null),
        );
        return child(next, LIST) === null && next.children.every((node) => node.kind === 'text') ? null : next;
      });
      return made;
    },
    ...(saying.live === undefined ? {} : { live: saying.live }),
  }),
);
