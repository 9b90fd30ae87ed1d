import { children, type XmlElement } from '../xml/document.ts';
import { replaced, withAttributes } from '../xml/edit.ts';

/**
 * What libvirt leaves out of a definition that is read without VIR_DOMAIN_XML_SECURE (src/conf/domain_conf.c,
 * virDomainGraphicsDefFormat): passwords of displays.
 */
const secret = { element: 'graphics', attribute: 'passwd' } as const;

export function withoutSecrets(element: XmlElement): XmlElement {
  const bare = element.name === secret.element ? withAttributes(element, { [secret.attribute]: null }) : element;
  return children(bare).reduce((parent, one) => replaced(parent, one, withoutSecrets(one)), bare);
}

/** `rewritten`, by a person who was shown `original` without its secrets, with those that are in the same place and were not typed anew. */
export function withSecretsOf(original: XmlElement, rewritten: XmlElement): XmlElement {
  const known = original.attributes.get(secret.attribute);
  const typed = rewritten.attributes.has(secret.attribute);
  return rewritten.name === secret.element && known !== undefined && !typed
    ? withAttributes(rewritten, { [secret.attribute]: known })
    : rewritten;
}
