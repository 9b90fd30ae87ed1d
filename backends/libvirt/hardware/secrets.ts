import { child, children, type XmlElement } from '../xml/document.ts';
import { replaced, withAttributes, withChild } from '../xml/edit.ts';

// What libvirt leaves out of a definition that is read without VIR_DOMAIN_XML_SECURE: passwords of displays, and what a disk on the web logs in
// with (formatdomain, "cookies").
const secret = { element: 'graphics', attribute: 'passwd' } as const;
const COOKIES = 'cookies';

export function withoutSecrets(element: XmlElement): XmlElement {
  const bare = element.name === secret.element ? withAttributes(element, { [secret.attribute]: null }) : element;
  return children(bare).reduce((parent, one) => replaced(parent, one, one.name === COOKIES ? null : withoutSecrets(one)), bare);
}

/** `rewritten`, by a person who was shown `original` without its secrets, with those that are in the same place and were not typed anew. */
export function withSecretsOf(original: XmlElement, rewritten: XmlElement): XmlElement {
  const cookies = child(child(original, 'source'), COOKIES);
  const source = child(rewritten, 'source');
  if (cookies !== null && source !== null) {
    return replaced(
      rewritten,
      source,
      withChild(source, COOKIES, (typed) => typed ?? cookies),
    );
  }
  const known = original.attributes.get(secret.attribute);
  const typed = rewritten.attributes.has(secret.attribute);
  return rewritten.name === secret.element && known !== undefined && !typed
    ? withAttributes(rewritten, { [secret.attribute]: known })
    : rewritten;
}
