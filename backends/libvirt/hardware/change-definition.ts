import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { fieldProblems, sameValue } from '#model/hardware-field';
import { BackendError } from '../../errors.ts';
import { parseXml, type XmlElement } from '../xml/document.ts';
import { replaced, withAdded, withChild } from '../xml/edit.ts';
import type { DeviceKind, MachinePart } from './device-kind.ts';
import type { ChangedDefinition, DefinitionChange } from './changed-definition.ts';
import { deviceKinds } from './device-kinds.ts';
import { earlierDefinition } from './earlier-definition.ts';
import { extraFields, initialValues } from './describe-hardware.ts';
import type { HardwareContext } from './hardware-context.ts';
import { deviceBy, foundDevices, foundParts, kindOf, type FoundDevice } from './found-device.ts';
import type { OpenDefinition } from './open-guest.ts';
import { keyedFields, type KeyedField, valuesOf, withPresent, written } from './page-fields.ts';
import { sourcesOf } from './named-sources.ts';
import { withSecretsOf } from './secrets.ts';

/** Throws 'not-found' where the device is gone, 'bad-input' for what no form could have sent, 'invalid-definition' for what is no XML. */
export function changeDefinition(definition: OpenDefinition, change: DefinitionChange): ChangedDefinition {
  switch (change.kind) {
    case 'set':
      return setFields(definition, change.device, change.values);
    case 'add':
      return added(definition, change.device, change.values);
    case 'remove':
      return removed(definition, change.device);
    case 'undo':
      return earlierDefinition(definition, change.definition);
    case 'rewrite':
      break;
  }
  return rewritten(definition, change.device, change.xml);
}

function setFields(definition: OpenDefinition, id: string, wished: FieldValues): ChangedDefinition {
  const { context } = definition;
  const part = foundParts(context).find((one) => one.id === id);
  const device = part === undefined ? deviceOf(definition, id) : null;
  const kind = part?.kind ?? device?.kind;
  if (kind === undefined || kind === null) throw new BackendError('bad-input', 'There is no form for this device.');
  const element = device === null ? context.domain : (device.next ?? device.running ?? context.domain);
  const fields = keyedFields(kind, context);
  refuseStrange(wished, fields);
  const from = valuesOf(fields, element, context);
  const to = { ...from, ...wished };
  const changed = fields.filter(({ field: { key } }) => !sameValue(from[key] ?? null, to[key] ?? null));
  const problems = [
    ...changed.flatMap(({ field }) => (field.fixed === null ? [] : [{ field: field.key, message: field.fixed }])),
    ...fieldProblems(
      fields.map(({ field }) => withPresent(field, from[field.key] ?? null)),
      to,
      from,
    ),
    ...newProblems(kind, from, to, context),
  ];
  const edited = problems.length > 0 ? element : written(changed, element, to, context);
  const placed = device === null ? edited : withDevice(context.domain, element, edited);
  const domain = kind.sort === 'device' && edited !== element ? (kind.needs?.(placed, edited, context) ?? placed) : placed;
  return { sort: 'set', domain, problems, kind, fields, changed, from, to, device };
}

/** What was wrong before the change is not held against it. */
function newProblems(kind: DeviceKind | MachinePart, from: FieldValues, to: FieldValues, context: HardwareContext): FieldProblem[] {
  const old = new Set(kind.problems?.(from, context).map(({ message }) => message));
  return (kind.problems?.(to, context) ?? []).filter(({ message }) => !old.has(message));
}

function added(definition: OpenDefinition, name: string, wished: FieldValues): ChangedDefinition {
  const { context } = definition;
  const kind = deviceKinds.find((one) => one.kind === name && one.fits(context));
  const addition = kind?.addition ?? null;
  if (kind === undefined || addition === null) throw new BackendError('bad-input', 'Such a device cannot be added to this guest.');
  const fields = keyedFields(kind, context).map(({ field, bound }) => ({ bound, field: { ...field, fixed: null } }));
  const extra = extraFields(addition, context);
  refuseStrange(
    wished,
    fields,
    extra.map(({ key }) => key),
  );
  const initial = initialValues(kind, addition, context);
  const values = { ...initial, ...wished };
  const unavailable = addition.unavailable(context);
  const all = [...extra, ...fields.map(({ field }) => withPresent(field, initial[field.key] ?? null))];
  const problems = [
    ...(unavailable === null ? [] : [{ field: '', message: unavailable }]),
    ...fieldProblems(all, values),
    ...(kind.problems?.(values, context) ?? []),
  ];
  const blank = addition.blank(context);
  const filled = problems.length > 0 ? blank : written(fields, blank, values, context);
  const element = problems.length > 0 ? blank : (addition.foreseen?.(filled, values, context) ?? filled);
  const there = sourcesOf(filled);
  const made = new Set([...sourcesOf(element)].filter((source) => !there.has(source)));
  return { sort: 'add', domain: withNewDevice(definition, kind, element), problems, kind, fields, extra, values, element, made };
}

/** The definition with the device in it, and with what else that needs. */
export function withNewDevice({ context }: Pick<OpenDefinition, 'context'>, kind: DeviceKind, element: XmlElement): XmlElement {
  const domain = withChild(context.domain, 'devices', (devices) => (devices === null ? null : withAdded(devices, element)));
  const completed = kind.addition?.also?.(domain, element, context) ?? domain;
  return kind.needs?.(completed, element, context) ?? completed;
}

function removed(definition: OpenDefinition, id: string): ChangedDefinition {
  const { context } = definition;
  const device = deviceOf(definition, id);
  const element = device.next ?? device.running;
  const removal = device.kind === null ? {} : device.kind.removal;
  const fixed =
    removal === null ? 'This device belongs to the machine.' : ((element && device.kind?.removal?.fixed?.(element, context)) ?? null);
  const problems = fixed === null ? [] : [{ field: '', message: fixed }];
  if (device.next === null) return { sort: 'remove', domain: context.domain, problems, device };
  const without = withDevice(context.domain, device.next, null);
  return { sort: 'remove', domain: device.kind?.removal?.also?.(without, device.next, context) ?? without, problems, device };
}

function rewritten(definition: OpenDefinition, id: string, xml: string): ChangedDefinition {
  const { context } = definition;
  const device = deviceOf(definition, id);
  const original = device.next ?? device.running ?? context.domain;
  const typed = withSecretsOf(original, parseXml(xml));
  const other = typed.name !== original.name || kindOf(typed) !== device.kind;
  const problems = other
    ? [{ field: '', message: `This is no <${original.name}> of the same sort any more. Remove the one and add another.` }]
    : [];
  return { sort: 'rewrite', domain: withDevice(context.domain, original, other ? original : typed), problems, device, element: typed };
}

function deviceOf({ source, running, persistent }: OpenDefinition, id: string): FoundDevice {
  return deviceBy(id, foundDevices(source.root, persistent ? running : source.root, persistent));
}

function withDevice(domain: XmlElement, old: XmlElement, by: XmlElement | null): XmlElement {
  return withChild(domain, 'devices', (devices) => (devices === null ? null : replaced(devices, old, by)));
}

function refuseStrange(values: FieldValues, fields: readonly KeyedField[], extra: readonly string[] = []): void {
  const known = new Set([...fields.map(({ field }) => field.key), ...extra]);
  const strange = Object.keys(values).find((key) => !known.has(key));
  if (strange !== undefined) throw new BackendError('bad-input', 'The form has a field that this device does not have.');
}
