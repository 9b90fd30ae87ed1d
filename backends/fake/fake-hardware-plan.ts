import type { Guest } from '#model/guest';
import type { Difference, HardwarePlan, HardwareWish } from '#model/hardware';
import { type Field, fieldProblems, type FieldProblem, type FieldValues, sameValue } from '#model/hardware-field';
import { valueWords } from '#model/value-words';
import { BackendError } from '../errors.ts';
import { fakeActions, planFakeAction } from './fake-device-actions.ts';
import type { FakeKind } from './fake-kind.ts';
import { addableFakeKinds, type FakeDevice, type FakeMachine } from './fake-machine.ts';

export type FakeChange =
  | { readonly kind: 'set'; readonly device: FakeDevice; readonly values: FieldValues; readonly changed: readonly Field[] }
  | { readonly kind: 'add'; readonly device: FakeKind; readonly values: FieldValues }
  | { readonly kind: 'remove'; readonly device: FakeDevice }
  | { readonly kind: 'rewrite'; readonly device: FakeDevice; readonly xml: string }
  | { readonly kind: 'undo'; readonly devices: readonly FakeDevice[] }
  | {
      readonly kind: 'act';
      readonly device: FakeDevice;
      readonly action: string;
      readonly values: FieldValues;
      /** Of such devices that it adds. */
      readonly gives: readonly FieldValues[];
    };

interface Planned {
  readonly change: FakeChange;
  readonly plan: HardwarePlan;
  /** As they are to be at the next start. */
  readonly devices: readonly FakeDevice[];
}
interface Half {
  readonly change: FakeChange;
  readonly plan: Partial<HardwarePlan>;
}

/** What the change would do; throws as a host does for what no form could have sent. */
export function planFakeChange(
  machine: FakeMachine,
  { change, when }: HardwareWish,
  { name, persistent }: Pick<Guest, 'name' | 'persistent'>,
): Planned {
  const live = machine.alive && (when === 'as-soon-as-possible' || !persistent);
  const effect = (now: boolean): Difference['effect'] => (live && now ? 'now' : 'next-start');
  machine.remember(documentOf(name, machine.devices));
  const { change: made, plan } = halfOf(machine, change, effect);
  const objections = plan.objections ?? [];
  const devices = objections.length > 0 ? machine.devices : afterwards(machine, made);
  return {
    change: made,
    devices,
    plan: {
      differences: [],
      before: documentOf(name, machine.devices),
      after: documentOf(name, devices),
      warnings: [],
      losses: [],
      grants: [],
      ...plan,
      objections,
      commands: objections.length > 0 ? [] : [`fake change ${name} --${change.kind}`],
    },
  };
}

function halfOf(machine: FakeMachine, change: HardwareWish['change'], effect: (now: boolean) => Difference['effect']): Half {
  switch (change.kind) {
    case 'set': {
      const device = deviceBy(machine, change.device);
      if (device.kind === null) throw new BackendError('bad-input', 'There is no form for this device.');
      const fields = machine.fieldsOf(device.kind);
      refuseStrange(fields, change.values);
      const from = device.next ?? device.running ?? {};
      const to = { ...from, ...withoutKept(fields, change.values) };
      const changed = fields.filter(({ key }) => !sameValue(from[key] ?? null, to[key] ?? null));
      const now = (field: Field) => effect(field.live && device.running !== null);
      return {
        change: { kind: 'set', device, values: to, changed },
        plan: {
          differences: changed.map((field) => ({
            what: field.label,
            from: valueWords(field, from[field.key] ?? null),
            to: valueWords(field, to[field.key] ?? null),
            effect: now(field),
          })),
          warnings: changed.some(({ key }) => key === 'bus') ? ['Windows will not find this disk before it has a driver for the bus.'] : [],
          grants: changed.some(({ key }) => key === 'device') ? grantsOf(device.kind) : [],
          objections: [
            ...changed.flatMap(({ key, fixed }) => (fixed === null ? [] : [{ field: key, message: fixed }])),
            ...objectionsTo(fields, to, from),
          ],
        },
      };
    }
    case 'add': {
      const kind = addableFakeKinds.find((one) => one.kind === change.device);
      if (kind === undefined) throw new BackendError('bad-input', 'Such a device cannot be added to this guest.');
      const fields = [...machine.extraOf(kind), ...machine.fieldsOf(kind)];
      refuseStrange(fields, change.values);
      const values = { ...kind.blank, ...kind.host?.initial(machine.seen), ...change.values };
      const second = kind.single && machine.devices.some((one) => one.kind === kind);
      return {
        change: { kind: 'add', device: kind, values },
        plan: {
          differences: [{ what: kind.title, from: null, to: summaryOf({ ...kind, fields }, values) || 'added', effect: effect(kind.live) }],
          warnings: kind.host?.warnings(values, machine.seen) ?? [],
          grants: grantsOf(kind),
          objections: [...(second ? [{ field: null, message: 'The guest has one.' }] : []), ...objectionsTo(fields, values, {})],
        },
      };
    }
    case 'remove': {
      const device = deviceBy(machine, change.device);
      const fixed =
        device.id === 'disk:vda' ? 'The guest starts from it.' : device.kind?.removable === false ? 'This belongs to the machine.' : null;
      return {
        change: { kind: 'remove', device },
        plan: {
          differences: [{ what: device.title, from: 'present', to: null, effect: effect(device.kind?.live === true) }],
          objections: fixed === null ? [] : [{ field: null, message: fixed }],
        },
      };
    }
    case 'rewrite': {
      const device = deviceBy(machine, change.device);
      if (!change.xml.trim().startsWith('<')) throw new BackendError('invalid-definition', 'The definition is no XML that can be read.');
      return {
        change: { kind: 'rewrite', device, xml: change.xml },
        plan: { differences: [{ what: 'Definition', from: device.xml, to: change.xml, effect: 'next-start' }] },
      };
    }
    case 'undo': {
      const devices = machine.earlier(change.definition);
      if (devices === null) throw new BackendError('invalid-definition', 'The guest never had this definition.');
      return { change: { kind: 'undo', devices }, plan: { differences: differencesBack(machine, devices, effect) } };
    }
    case 'act':
      break;
  }
  return acting(machine, change);
}

function differencesBack(
  machine: FakeMachine,
  devices: readonly FakeDevice[],
  effect: (now: boolean) => Difference['effect'],
): Difference[] {
  const lives = ({ kind }: FakeDevice) => kind?.live === true;
  const there = (id: string, all: readonly FakeDevice[]) => all.find((one) => one.id === id && one.next !== null);
  return [
    ...machine.devices.flatMap((one) =>
      one.next === null || there(one.id, devices) ? [] : [{ what: one.title, from: 'present', to: null, effect: effect(lives(one)) }],
    ),
    ...devices.flatMap((one): Difference[] => {
      const now = there(one.id, machine.devices);
      if (now === undefined) return [{ what: one.title, from: null, to: 'added', effect: effect(lives(one)) }];
      const changed = (one.kind?.fields ?? []).filter(({ key }) => !sameValue(now.next?.[key] ?? null, one.next?.[key] ?? null));
      return changed.map((field) => ({
        what: field.label,
        from: valueWords(field, now.next?.[field.key] ?? null),
        to: valueWords(field, one.next?.[field.key] ?? null),
        effect: effect(field.live),
      }));
    }),
  ];
}
/** In a line, what tells a device from others of its kind. */
export const summaryOf = ({ fields, summary }: FakeKind, values: FieldValues): string =>
  fields.flatMap((field) => (summary.includes(field.key) ? [valueWords(field, values[field.key] ?? null)] : [])).join(', ');

function acting(machine: FakeMachine, change: Extract<HardwareWish['change'], { kind: 'act' }>): Half {
  const device = deviceBy(machine, change.device);
  const action = fakeActions(machine, device).find(({ key }) => key === change.action);
  if (action === undefined) throw new BackendError('bad-input', 'This device has no such action.');
  const values = { ...action.values, ...change.values };
  const objections = [
    ...(action.unavailable === null ? [] : [{ field: null, message: action.unavailable }]),
    ...objectionsTo(action.fields, values, {}),
  ];
  const { gives = [], ...plan } = planFakeAction(machine, device, action.key, values);
  return { change: { kind: 'act', device, action: action.key, values, gives }, plan: { ...plan, objections } };
}

/** What of its host the guest gets by such a device. */
const grantsOf = ({ host, kind }: FakeKind): string[] =>
  host === undefined ? [] : [`the host’s own ${kind === 'pci-device' ? 'pci' : 'mdev'} device`];

function deviceBy(machine: FakeMachine, id: string): FakeDevice {
  const found = machine.devices.find((one) => one.id === id);
  if (found === undefined) throw new BackendError('not-found', 'The guest does not have this device any more.');
  return found;
}

function refuseStrange(fields: readonly Field[], values: FieldValues): void {
  const strange = Object.keys(values).some((key) => !fields.some((field) => field.key === key));
  if (strange) throw new BackendError('bad-input', 'The form has a field that this device does not have.');
}

/** '' stands for the password that a window is not told. */
const withoutKept = (fields: readonly Field[], values: FieldValues): FieldValues =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== '' || fields.find((field) => field.key === key)?.kind !== 'secret'),
  );

const objectionsTo = (fields: readonly Field[], values: FieldValues, before: FieldValues) =>
  fieldProblems(fields, values, before).map(({ field, message }: FieldProblem) => ({ field, message }));

function afterwards(machine: FakeMachine, change: FakeChange): FakeDevice[] {
  switch (change.kind) {
    case 'set':
      return machine.devices.map((one) => (one === change.device ? { ...one, next: change.values } : one));
    case 'add':
      return [
        ...machine.devices,
        { id: '', kind: change.device, title: change.device.title, next: change.values, running: null, xml: null },
      ];
    case 'remove':
      return machine.devices.filter((one) => one !== change.device);
    case 'rewrite':
      return machine.devices.map((one) => (one === change.device ? { ...one, xml: change.xml } : one));
    case 'undo':
      return [...change.devices];
    case 'act':
      break;
  }
  return change.device.kind === null ? [...machine.devices] : machine.with(change.device.kind, change.gives);
}

function documentOf(name: string, devices: readonly FakeDevice[]): string {
  const lines = devices.flatMap(({ kind, next, xml }) => {
    if (next === null) return [];
    if (kind === null) return [`    ${xml ?? ''}`];
    const parts = kind.fields.flatMap((field) => {
      const value = next[field.key] ?? null;
      return value === null || field.kind === 'secret' ? [] : [`      <${field.key}>${escaped(valueWords(field, value))}</${field.key}>`];
    });
    return [`    <${kind.kind}>`, ...parts, `    </${kind.kind}>`];
  });
  return ['<domain type="fake">', `  <name>${escaped(name)}</name>`, '  <devices>', ...lines, '  </devices>', '</domain>', ''].join('\n');
}

const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
