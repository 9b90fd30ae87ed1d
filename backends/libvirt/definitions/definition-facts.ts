import { children, text, parseXml, type XmlElement } from '../xml/document.ts';

/**
 * What a definition says, one line for each attribute and text, under the path of its element, told apart by the place among siblings of the
 * same name. For what has come of a change: libvirt adds to a definition and writes units its own way, so no whole can be compared.
 */
function factsOf(element: XmlElement, at = ''): string[] {
  const path = `${at}/{${element.namespace}}${element.name}`;
  const seen = new Map<string, number>();
  const inner = children(element);
  return [
    path,
    ...[...element.attributes].map(([name, value]) => `${path}@${name}=${value}`),
    ...(inner.length === 0 && text(element) !== '' ? [`${path}=${text(element)}`] : []),
    ...inner.flatMap((one) => {
      const place = seen.get(one.name) ?? 0;
      seen.set(one.name, place + 1);
      return factsOf(one, `${path}/${place}`);
    }),
  ];
}

/**
 * Whether anything of what makes `wished` differ from `base` is in `now`: something that it added is there, or something that it took away is
 * not. True where they do not differ.
 */
export function hasTaken(base: string, wished: string, now: string): boolean {
  const [was, wanted, is] = [base, wished, now].map((source) => new Set(factsOf(parseXml(source))));
  if (was === undefined || wanted === undefined || is === undefined) return false;
  const added = [...wanted].filter((fact) => !was.has(fact));
  const removed = [...was].filter((fact) => !wanted.has(fact));
  return added.length + removed.length === 0 || added.some((fact) => is.has(fact)) || removed.some((fact) => !is.has(fact));
}
