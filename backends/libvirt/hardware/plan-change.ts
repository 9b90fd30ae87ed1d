import type { Difference, HardwarePlan, HardwareWish } from '#model/hardware';
import { isShown, type Field, type FieldValue, type FieldValues } from '#model/hardware-field';
import { indented } from '../xml/indented.ts';
import { changeDefinition } from './change-definition.ts';
import type { ChangedDefinition, DefinitionChange } from './changed-definition.ts';
import type { HardwareContext } from './hardware-context.ts';
import type { OpenDefinition } from './open-guest.ts';
import { valueWords } from '#model/value-words';
import { takesLive, withPresent } from './page-fields.ts';
import { withoutSecrets } from './secrets.ts';

export interface WishedChange extends Pick<HardwareWish, 'when'> {
  readonly change: DefinitionChange;
}

export interface PlannedChange {
  readonly plan: HardwarePlan;
  readonly change: ChangedDefinition;
  /** A running guest is to have it too. */
  readonly live: boolean;
  /** The definition to be, with its secrets. */
  readonly text: string;
}

/** What the change would do. Nothing is changed by it. Throws as `changeDefinition` does. */
export function planChange(definition: OpenDefinition, { change: wished, when }: WishedChange): PlannedChange {
  const { source, running, persistent, context } = definition;
  const change = changeDefinition(definition, wished);
  const live = running !== null && (when === 'as-soon-as-possible' || !persistent);
  const text = change.sort === 'undo' ? change.text : source.write(change.domain);
  return {
    change,
    live,
    text,
    plan: {
      differences: differencesOf(change, context, live),
      before: source.write(withoutSecrets(source.root)),
      after: change.sort === 'undo' ? change.open : source.write(withoutSecrets(change.domain)),
      warnings: warningsOf(change, context),
      losses: [],
      grants: [],
      objections: change.problems.map(({ field, message }) => ({ field: field || null, message })),
      commands: [],
    },
  };
}

function differencesOf(change: ChangedDefinition, context: HardwareContext, live: boolean): Difference[] {
  const effect = (now: boolean): Difference['effect'] => (now ? 'now' : 'next-start');
  switch (change.sort) {
    case 'set': {
      const running = change.device === null || change.device.running !== null;
      return change.changed.map(({ field, bound }) => ({
        what: field.label,
        from: words(field, change.from[field.key] ?? null),
        to: words(field, change.to[field.key] ?? null),
        effect: effect(live && running && takesLive({ field, bound }, change.from, change.to, context)),
      }));
    }
    case 'add': {
      const now = effect(live && (change.kind.addition?.live(change.values, context) ?? false));
      const lines = [
        ...change.extra.flatMap((field) => addedLine(inSection(field), change.values)),
        ...change.fields.flatMap(({ field }) => addedLine(field, change.values)),
      ];
      return [
        { what: change.kind.title, from: null, to: change.kind.summary(change.values, context) || 'added', effect: now },
        ...lines.map((line) => ({ ...line, from: null, effect: now })),
      ];
    }
    case 'remove': {
      const { kind, running, next } = change.device;
      const now = live && running !== null && (kind?.removal?.live(running, context) ?? false);
      const element = next ?? running;
      const what = kind === null || element === null ? (element?.name ?? 'Device') : kind.name(element, change.device.number);
      return [{ what, from: 'present', to: null, effect: effect(now) }];
    }
    case 'undo': {
      const lines = change.steps.flatMap((step) => differencesOf(step, context, live));
      return lines.length > 0 ? lines : [{ what: 'Definition', from: 'as it is', to: 'as it was', effect: 'next-start' }];
    }
    case 'rewrite':
      break;
  }
  const old = change.device.next ?? change.device.running;
  const from = old === null ? null : indented(withoutSecrets(old));
  return [{ what: 'Definition', from, to: indented(withoutSecrets(change.element)), effect: 'next-start' }];
}

/** The name of a volume is not the disk's. */
const inSection = (field: Field): Field => (field.section === null ? field : { ...field, label: `${field.section}: ${field.label}` });

function addedLine(field: Field, values: FieldValues): { what: string; to: string }[] {
  const value = values[field.key] ?? null;
  if (value === null || value === false || !isShown(field, values) || (Array.isArray(value) && value.length === 0)) return [];
  return [{ what: field.label, to: valueWords(field, value) }];
}

const words = (field: Field, value: FieldValue) => valueWords(withPresent(field, value), value);

function warningsOf(change: ChangedDefinition, context: HardwareContext): string[] {
  if (change.sort === 'set') return change.kind.warnings?.(change.from, change.to, context) ?? [];
  return change.sort === 'add' ? (change.kind.warnings?.({}, change.values, context) ?? []) : [];
}
