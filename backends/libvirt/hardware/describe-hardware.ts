import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AddableDevice, DevicePage, GuestHardware, PendingChange } from '#model/hardware';
import { isShown, sameValue, type FieldValues } from '#model/hardware-field';
import { serialize, type XmlElement } from '../xml/document.ts';
import type { Addition, DeviceKind } from './device-kind.ts';
import { offeredActions } from './device-actions.ts';
import { deviceKinds } from './device-kinds.ts';
import { foundDevices, foundParts, type FoundDevice, type FoundPart } from './found-device.ts';
import type { HardwareContext } from './hardware-context.ts';
import type { OpenDefinition, OpenGuest } from './open-guest.ts';
import { valueWords } from '#model/value-words';
import { keyedFields, type KeyedField, valuesOf, withPresent } from './page-fields.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * All that the guest is made of, as forms. Nothing in it is secret. Without a `guest` it is a definition that is none's yet: nothing can be done
 * with its devices, and what would first have to be made on the host cannot be added.
 */
export async function describeHardware(definition: OpenDefinition, guest: OpenGuest | null): Promise<GuestHardware> {
  const { source, running, persistent, revision, context } = definition;
  const devices = foundDevices(source.root, running, persistent);
  const pages = [
    ...(await inTurns(foundParts(context), (part) => partPage(part, definition, guest))),
    ...(await inTurns(devices, (device) => devicePage(device, context, guest))),
  ];
  return {
    revision,
    running: running !== null,
    persistent,
    pages,
    addable: deviceKinds
      .filter(({ addition }) => guest !== null || addition?.prepare === undefined)
      .flatMap((kind) => addable(kind, context) ?? []),
    pending: waiting(definition, pages),
  };
}

/** Milliseconds of work after which others have their turn. */
const TURN_MS = 8;

/** A thousand devices are half a second of work. */
async function inTurns<T>(items: readonly T[], pageOf: (item: T) => Promise<DevicePage>): Promise<DevicePage[]> {
  const pages: Promise<DevicePage>[] = [];
  let began = performance.now();
  for (const item of items) {
    const page = pageOf(item);
    // Who waits for all of them hears of it.
    page.catch(() => undefined);
    pages.push(page);
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
  return Promise.all(pages);
}

/** What waits for the next start, and nothing else: what is costly about pages is left out of them. */
export function pendingChanges(definition: OpenDefinition): PendingChange[] {
  const { source, running, persistent, context } = definition;
  if (running === null || !persistent) return [];
  const parts = foundParts(context).map((part) => partFields(part, context));
  const devices = foundDevices(source.root, running, persistent).map((device) => deviceFields(device, context));
  return waiting(definition, [...parts, ...devices]);
}

type PageFields = Pick<DevicePage, 'id' | 'title' | 'presence' | 'fields' | 'values' | 'running'>;

const waiting = ({ running, persistent }: OpenDefinition, pages: readonly PageFields[]): PendingChange[] =>
  persistent && running !== null ? pages.flatMap(pendingOf) : [];

function partFields({ id, kind }: FoundPart, context: HardwareContext): PageFields {
  const fields = keyedFields(kind, context);
  const values = valuesOf(fields, context.domain, context);
  const running = differing(fields, values, context.running, context);
  return { id, title: kind.title, presence: 'both', fields: shownFields(fields, values), values, running };
}

function deviceFields({ id, kind, next, running, number }: FoundDevice, context: HardwareContext): PageFields {
  const element = next ?? running ?? context.domain;
  const presence = next === null ? 'running' : running === null && context.running !== null ? 'next-start' : 'both';
  if (kind === null) return { id, presence, title: unknownTitle(element, number), fields: [], values: {}, running: {} };
  const fields = keyedFields(kind, context);
  const values = valuesOf(fields, element, context);
  const now = next === null ? {} : differing(fields, values, running, context);
  return { id, presence, title: kind.name(element, number), fields: shownFields(fields, values), values, running: now };
}

async function partPage(part: FoundPart, { context, source, running }: OpenDefinition, guest: OpenGuest | null): Promise<DevicePage> {
  const { kind } = part;
  const known = partFields(part, context);
  return {
    ...known,
    kind: kind.kind,
    group: kind.group,
    summary: kind.summary(known.values, context),
    help: kind.help,
    removal: null,
    actions: guest === null ? [] : await offeredActions(kind.actions ?? [], { guest, next: source.root, running }),
    xml: null,
    notes: [],
  };
}

async function devicePage(device: FoundDevice, context: HardwareContext, guest: OpenGuest | null): Promise<DevicePage> {
  const { kind, next, running } = device;
  const element = next ?? running ?? context.domain;
  const known = { ...deviceFields(device, context), xml: serialize(withoutSecrets(element)) };
  if (kind === null) return { ...known, ...unknownPage(element) };
  return {
    ...known,
    kind: kind.kind,
    group: kind.group,
    summary: kind.summary(known.values, context),
    help: kind.help,
    removal:
      kind.removal === null
        ? null
        : { live: running !== null && kind.removal.live(running, context), fixed: kind.removal.fixed?.(element, context) ?? null },
    actions: guest === null ? [] : await offeredActions(kind.actions ?? [], { guest, next, running }),
    notes: guest === null ? [] : [...((await kind.notes?.(element, context, guest)) ?? [])],
  };
}

/** What there is no form for is shown by its definition, which can be changed. */
function unknownPage(element: XmlElement): Omit<DevicePage, keyof PageFields | 'xml'> {
  const type = element.attributes.get('type');
  return {
    kind: 'unknown',
    group: 'other',
    summary: type ?? 'Shown by its definition',
    help: 'There is no form for this sort of device. It is kept as it is, and its definition can be changed by hand.',
    removal: { live: false, fixed: null },
    actions: [],
    notes: [],
  };
}

const unknownTitle = (element: XmlElement, number: number | null): string => (number === null ? element.name : `${element.name} ${number}`);

const shownFields = (fields: readonly KeyedField[], values: FieldValues) =>
  fields.map(({ field }) => withPresent(field, values[field.key] ?? null));

function differing(fields: readonly KeyedField[], values: FieldValues, running: XmlElement | null, context: HardwareContext): FieldValues {
  if (running === null) return {};
  const now = valuesOf(fields, running, context);
  const differ = fields.filter(({ field: { key }, bound: { given = false } }) => {
    const next = values[key] ?? null;
    const saysNothing = next === null || (Array.isArray(next) && next.length === 0);
    return !sameValue(now[key] ?? null, next) && !(given && saysNothing);
  });
  return Object.fromEntries(differ.map(({ field: { key } }) => [key, now[key] ?? null]));
}

function addable(kind: DeviceKind, context: HardwareContext): AddableDevice | null {
  const { addition } = kind;
  if (addition === null || !kind.fits(context)) return null;
  const values = initialValues(kind, addition, context);
  const fields = keyedFields(kind, context).map(({ field }) => withPresent({ ...field, fixed: null }, values[field.key] ?? null));
  return {
    kind: kind.kind,
    group: kind.group,
    title: kind.title,
    help: kind.help,
    fields: [...extraFields(addition, context), ...fields],
    values,
    live: context.running !== null && addition.live(values, context),
    unavailable: addition.unavailable(context),
  };
}

export function initialValues(kind: DeviceKind, addition: Addition, context: HardwareContext): FieldValues {
  const blank = addition.blank(context);
  return { ...valuesOf(keyedFields(kind, context), blank, context), ...addition.initial?.(context) };
}

export const extraFields = ({ extra }: Addition, context: HardwareContext) =>
  typeof extra === 'function' ? [...extra(context)] : [...(extra ?? [])];

function pendingOf(page: PageFields): PendingChange[] {
  if (page.presence === 'next-start') return [{ device: page.id, words: `${page.title} is added` }];
  if (page.presence === 'running') return [{ device: page.id, words: `${page.title} is removed` }];
  return page.fields.flatMap((field) => {
    const now = page.running[field.key];
    if (now === undefined || !isShown(field, page.values)) return [];
    const words = `${page.title}, ${field.label}: ${valueWords(field, now)} → ${valueWords(field, page.values[field.key] ?? null)}`;
    return [{ device: page.id, words }];
  });
}
