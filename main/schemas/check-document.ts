import { setImmediate as yielded } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import type { SchemaProblem } from '#model/schema';
import type { Slots } from './slots.ts';

const PIECE = 16 * 1024;
/** So many are told; more only say that the document is another's. */
const PROBLEMS_MAX = 50;
const VALUES_SHOWN = 12;

/**
 * What has no place where it stands: elements and attributes that the schema does not know there, values that are none of its list. What is
 * missing, and what may not stand together, is left to the host's own check. `source` is well-formed; else what comes before the flaw counts.
 * `within`: the elements that it is to stand in.
 */
export async function checkDocument(source: string, slots: Slots, within: readonly string[] = []): Promise<SchemaProblem[]> {
  const found: SchemaProblem[] = [];
  const parser = new SaxesParser({ xmlns: true });
  const path: string[] = [...within];
  /** Elements open below one that is not judged: in another namespace, or told already. */
  let beyond = 0;
  const flaws: Error[] = [];
  const tell = (message: string) => void (found.length < PROBLEMS_MAX && found.push({ line: parser.line, message }));
  const judge = (name: string, attributes: readonly { readonly name: string; readonly value: string }[]): boolean => {
    const parent = slots.at(path);
    const slot = slots.at([...path, name]);
    if (parent === null) return false;
    if (slot === null) {
      tell(`<${name}> has no place ${path.length === 0 ? 'here' : `in <${path.at(-1) ?? ''}>`}.`);
      return false;
    }
    for (const { name: attribute, value } of attributes) {
      if (!slot.attributes.has(attribute) && !slot.anyAttribute) tell(`<${name}> has no attribute “${attribute}”.`);
      const { values, anyText } = slots.valuesOf(slot, attribute);
      if (!anyText && values.length > 0 && !values.includes(value)) tell(`“${attribute}” of <${name}> is one of: ${listed(values)}.`);
    }
    return true;
  };
  parser.on('error', (flaw) => void flaws.push(flaw));
  parser.on('opentag', ({ name, uri, attributes }) => {
    const own = Object.values(attributes).filter((one) => one.uri === '' && one.name !== 'xmlns');
    if (beyond === 0 && uri === '' && judge(name, own)) path.push(name);
    else beyond += 1;
  });
  parser.on('closetag', () => {
    if (beyond > 0) beyond -= 1;
    else path.pop();
  });
  for (let at = 0; at < source.length && flaws.length === 0; at += PIECE) {
    parser.write(source.slice(at, at + PIECE));
    await yielded();
  }
  return found;
}

const listed = (values: readonly string[]): string =>
  values.length <= VALUES_SHOWN
    ? values.join(', ')
    : `${values.slice(0, VALUES_SHOWN).join(', ')} and ${values.length - VALUES_SHOWN} more`;
