import { sameValue } from '#model/hardware-field';
import { canonicalElement } from '../definitions/canonical-definition.ts';
import { putBackSecrets } from '../definitions/hidden-secrets.ts';
import { parseXml, type XmlElement } from '../xml/document.ts';
import type { ChangedDefinition, StepBack } from './changed-definition.ts';
import { foundDevices, foundParts, type FoundDevice } from './found-device.ts';
import type { OpenDefinition } from './open-guest.ts';
import { keyedFields, valuesOf } from './page-fields.ts';
import { withoutSecrets } from './secrets.ts';

type Present = FoundDevice & { readonly next: XmlElement };

/**
 * A definition that the guest had before, in the place of the one that it has. It is defined as it was, to the letter; what a running guest is
 * told of it is found device by device. Passwords, which `earlier` does not hold, stay as they are. Throws as `putBackSecrets` does.
 */
export function earlierDefinition(definition: OpenDefinition, earlier: string): ChangedDefinition {
  const { source } = definition;
  const open = source.write(withoutSecrets(source.root));
  const text = putBackSecrets(earlier, open, source.write(source.root));
  const domain = parseXml(text);
  const steps = [...deviceSteps(definition, domain), ...partSteps(definition, domain)];
  return {
    sort: 'undo',
    domain,
    problems: [],
    steps: steps.sort((a, b) => order.indexOf(a.sort) - order.indexOf(b.sort)),
    text,
    open: earlier,
  };
}

/** What goes makes room for what comes. */
const order: readonly StepBack['sort'][] = ['remove', 'rewrite', 'set', 'add'];

function partSteps({ context }: OpenDefinition, domain: XmlElement): StepBack[] {
  return foundParts(context).flatMap(({ kind }): StepBack[] => {
    const fields = keyedFields(kind, context);
    const [from, to] = [valuesOf(fields, context.domain, context), valuesOf(fields, domain, context)];
    const changed = fields.filter(({ field: { key } }) => !sameValue(from[key] ?? null, to[key] ?? null));
    return changed.length === 0 ? [] : [{ sort: 'set', domain, problems: [], kind, fields, changed, from, to, device: null }];
  });
}

function deviceSteps(definition: OpenDefinition, domain: XmlElement): StepBack[] {
  const { source, running, persistent } = definition;
  const [now, before] = [source.root, domain].map((root) => foundDevices(root, running, persistent).filter(isPresent));
  if (now === undefined || before === undefined) return [];
  // The same element is the same device, also where others before it are gone and it has another number by now.
  const gone = now.filter((one) => takeOut(before, ({ next }) => canonicalElement(next) === canonicalElement(one.next)) === null);
  return [
    ...gone.map((one): StepBack => {
      const was = takeOut(before, ({ id, next }) => id === one.id && next.name === one.next.name);
      return was === null ? { sort: 'remove', domain, problems: [], device: one } : changedBack(definition, domain, one, was.next);
    }),
    ...before.map((was) => addedBack(definition, domain, was)),
  ];
}

const isPresent = (device: FoundDevice): device is Present => device.next !== null;

function takeOut(devices: Present[], is: (device: Present) => boolean): Present | null {
  const at = devices.findIndex(is);
  return at < 0 ? null : (devices.splice(at, 1)[0] ?? null);
}

function changedBack({ context }: OpenDefinition, domain: XmlElement, device: Present, element: XmlElement): StepBack {
  const { kind, next } = device;
  const fields = kind === null ? [] : keyedFields(kind, context);
  const [from, to] = [valuesOf(fields, next, context), valuesOf(fields, element, context)];
  const changed = fields.filter(({ field: { key } }) => !sameValue(from[key] ?? null, to[key] ?? null));
  return kind === null || changed.length === 0
    ? { sort: 'rewrite', domain, problems: [], device, element }
    : { sort: 'set', domain, problems: [], kind, fields, changed, from, to, device };
}

function addedBack({ context }: OpenDefinition, domain: XmlElement, was: Present): StepBack {
  const { kind, next: element, running } = was;
  if (kind === null) return { sort: 'rewrite', domain, problems: [], device: { ...was, next: null }, element };
  const fields = keyedFields(kind, context);
  const values = valuesOf(fields, element, context);
  // What the running guest never let go of is there still.
  if (running !== null) return { sort: 'set', domain, problems: [], kind, fields, changed: [], from: values, to: values, device: was };
  return { sort: 'add', domain, problems: [], kind, fields, extra: [], values, element, made: new Set() };
}
