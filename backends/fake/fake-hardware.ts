import type { AddableDevice, DevicePage, GuestHardware, HardwareOutcome, HardwareWish, PendingChange } from '#model/hardware';
import { type Field, isShown, type FieldValues, sameValue } from '#model/hardware-field';
import type { GuestId } from '#model/guest';
import { valueWords } from '#model/value-words';
import type { Hardware, Operation } from '../backend.ts';
import { BackendError, onlyLooking } from '../errors.ts';
import { fakeDraftMachine, planFakeDraft } from './fake-draft-hardware.ts';
import { fakeActions, hostActionOf, runFakeAction } from './fake-device-actions.ts';
import { fakeNextStart } from './fake-definitions.ts';
import type { FakeHost } from './fake-host.ts';
import { addableFakeKinds, FakeMachine, type FakeDevice } from './fake-machine.ts';
import { planFakeChange, summaryOf, type FakeChange } from './fake-hardware-plan.ts';

/** The facet of one connection to a host with these machines. */
export function fakeHardware(host: FakeHost, alive: () => void, mayChange: boolean): Hardware {
  const reach = async (step: 'describe' | 'hardware'): Promise<void> => {
    alive();
    await host.reach(step);
    alive();
  };
  const machineAt = (id: GuestId, base: string): FakeMachine => {
    const machine = fakeMachineOf(host, id);
    if (machine.revision === base) return machine;
    throw new BackendError('conflict', `“${host.find(id).guest.name}” has been changed by somebody else. Nothing was done.`, {
      remedy: 'Look at what was changed, and apply yours again.',
    });
  };
  return {
    read: async (id) => {
      await reach('describe');
      return describeFake(fakeMachineOf(host, id), host.find(id).guest.persistent);
    },
    plan: async (id, wish) => {
      await reach('describe');
      return planFakeChange(machineAt(id, wish.base), wish, host.find(id).guest).plan;
    },
    grants: async (id, definition) => {
      await reach('describe');
      return pathsIn(definition).filter((path) => !pathsIn(fakeNextStart(host.find(id))).includes(path));
    },
    grantsAnew: async (_id, definition) => {
      await reach('describe');
      return pathsIn(definition).filter((path) => !host.pools.some((pool) => pool.path !== null && path.startsWith(`${pool.path}/`)));
    },
    readDraft: async (definition) => {
      await reach('describe');
      return describeFake(fakeDraftMachine(host, definition), true, false);
    },
    planDraft: async (definition, change) => {
      await reach('describe');
      return planFakeDraft(host, definition, change);
    },
    apply: async (id, wish, operation) => {
      if (!mayChange) throw onlyLooking();
      await reach('hardware');
      const machine = machineAt(id, wish.base);
      const { guest } = host.find(id);
      const { plan, change } = planFakeChange(machine, wish, guest);
      const [objection] = plan.objections;
      if (objection !== undefined) throw new BackendError('bad-input', objection.message, { remedy: 'Nothing was changed.' });
      operation.report('Changing the definition', null);
      const outcome = await withHost(machine, change, operation, (made) => carryOut(machine, made, wish, guest.persistent));
      machine.changed();
      host.touch(id);
      return outcome;
    },
  };
}

/** Of a host that nobody asked yet, its machines are as their guests are told to be. */
export function fakeMachineOf(host: FakeHost, id: GuestId): FakeMachine {
  const guest = host.find(id);
  const known = host.machines.get(guest) ?? new FakeMachine(guest, host);
  host.machines.set(guest, known);
  known.catchUp();
  return known;
}

/** As another program would: the values of a device for the next start. */
export function changeFakeMachine(host: FakeHost, id: GuestId, device: string, values: FieldValues): void {
  const machine = fakeMachineOf(host, id);
  const found = machine.devices.find((one) => one.id === device);
  if (found?.next === undefined) throw new Error(`the guest has no “${device}”`);
  found.next = { ...found.next, ...values };
  machine.changed();
  host.touch(id);
}

/** As another program would: takes the device out of the definition. */
export function removeFakeDevice(host: FakeHost, id: GuestId, device: string): void {
  const machine = fakeMachineOf(host, id);
  machine.devices = machine.devices.filter((one) => one.id !== device);
  machine.changed();
  host.touch(id);
}

/** The change, with what is done on the host for it: a part of a card is made before, a device is taken and given back. */
async function withHost(
  machine: FakeMachine,
  change: FakeChange,
  operation: Operation,
  carry: (change: FakeChange) => HardwareOutcome,
): Promise<HardwareOutcome> {
  if (change.kind === 'add') {
    const values = await change.device.host?.prepare?.(change.values, machine.seen, operation);
    return carry(values === undefined ? change : { ...change, values });
  }
  const { seen, alive } = machine;
  const action = change.kind === 'act' ? hostActionOf(change.device, change.action) : undefined;
  if (change.kind !== 'act' || action === undefined) return carry(change);
  const { removes, ...end } = await action.run({ device: change.device, seen, alive }, operation);
  if (change.device.kind !== null) for (const next of change.gives) machine.add(change.device.kind, next, null);
  if (removes === undefined) return end;
  const outcome = carry({ kind: 'remove', device: change.device });
  if (outcome.effect !== 'now') return outcome;
  removes.afterwards();
  await removes.note.gone();
  return outcome;
}

function carryOut(machine: FakeMachine, change: FakeChange, { when }: HardwareWish, persistent: boolean): HardwareOutcome {
  const told = machine.alive && (when === 'as-soon-as-possible' || !persistent || change.kind === 'act');
  const done = (now: boolean, why: string): HardwareOutcome =>
    !machine.alive || (told && now)
      ? { effect: 'now', why: null }
      : { effect: 'next-start', why: told ? why : 'It was asked to wait for the next start.' };
  switch (change.kind) {
    case 'set': {
      const { device, values, changed } = change;
      const live = told && device.running !== null;
      const running = {
        ...device.running,
        ...Object.fromEntries(changed.filter((field) => field.live).map(({ key }) => [key, values[key] ?? null])),
      };
      if (live) device.running = running;
      if (device.next !== null) device.next = values;
      const rest = changed.filter((field) => !field.live).map(({ label }) => label);
      return done(rest.length === 0, `A running guest does not take this: ${rest.join(', ')}.`);
    }
    case 'add':
      machine.add(change.device, persistent ? change.values : null, told && change.device.live ? change.values : null);
      return done(change.device.live, 'A running guest does not take such a device.');
    case 'remove': {
      const { device } = change;
      const live = device.kind?.live === true;
      device.next = null;
      if (!machine.alive || (told && live)) device.running = null;
      machine.devices = machine.devices.filter(({ next, running }) => next !== null || running !== null);
      return done(live, 'A running guest does not let go of such a device.');
    }
    case 'rewrite':
      machine.devices = machine.devices.map((one) => (one === change.device ? { ...one, xml: change.xml } : one));
      return done(false, 'A definition that was changed by hand counts from the next start on.');
    case 'undo': {
      const live = ({ kind }: FakeDevice) => told && kind?.live === true;
      const known = (id: string) => machine.devices.find((one) => one.id === id);
      const back = change.devices.map((one) => {
        const running = known(one.id)?.running ?? null;
        const fields = one.kind?.fields.filter((field) => field.live) ?? [];
        const taken = { ...running, ...Object.fromEntries(fields.map(({ key }) => [key, one.next?.[key] ?? null])) };
        return { ...one, running: running === null ? (live(one) ? one.next : null) : told ? taken : running };
      });
      const left = machine.devices.filter(({ id, running }) => running !== null && !back.some((one) => one.id === id));
      machine.devices = [...back, ...left.filter((one) => !live(one)).map((one) => ({ ...one, next: null }))];
      return done(
        machine.devices.every(({ next, running }) => JSON.stringify(next) === JSON.stringify(running)),
        'The running guest does not take all of it.',
      );
    }
    case 'act':
      break;
  }
  runFakeAction(change.device, change.action);
  return done(true, '');
}

/** `made`: what is no guest yet has nothing that could be done with its devices. */
function describeFake(machine: FakeMachine, persistent: boolean, made = true): GuestHardware {
  const pages = machine.devices.map((device) => (made ? pageOf(machine, device) : { ...pageOf(machine, device), actions: [] }));
  return {
    revision: machine.revision,
    running: machine.alive,
    persistent,
    pages,
    addable: addableFakeKinds.map((kind): AddableDevice => ({
      kind: kind.kind,
      group: kind.group,
      title: kind.title,
      help: kind.help,
      fields: [...machine.extraOf(kind), ...machine.fieldsOf(kind)],
      values: { ...kind.blank, ...kind.host?.initial(machine.seen) },
      live: machine.alive && kind.live,
      unavailable:
        kind.single && machine.devices.some((one) => one.kind?.kind === kind.kind)
          ? 'The guest has one.'
          : (kind.host?.unavailable(machine.seen) ?? null),
    })),
    pending: persistent && machine.alive ? pages.flatMap(pendingOf) : [],
  };
}

function pageOf(machine: FakeMachine, device: FakeDevice): DevicePage {
  const { id, kind, title, next, running } = device;
  const presence = next === null ? 'running' : machine.alive && running === null ? 'next-start' : 'both';
  const values = withoutSecrets(kind?.fields ?? [], next ?? running ?? {});
  const common = { id, title, presence, values } as const;
  if (kind === null) {
    return {
      ...common,
      kind: 'unknown',
      group: 'other',
      summary: 'Shown by its definition',
      help: 'There is no form for this sort of device. It is kept as it is, and its definition can be changed by hand.',
      fields: [],
      running: {},
      removal: { live: false, fixed: null },
      actions: [],
      xml: device.xml,
      notes: [],
    };
  }
  const differ = kind.fields.filter(({ key }) => next !== null && running !== null && !sameValue(next[key] ?? null, running[key] ?? null));
  return {
    ...common,
    kind: kind.kind,
    group: kind.group,
    summary: summaryOf({ ...kind, fields: machine.fieldsOf(kind) }, values),
    help: kind.help,
    fields: machine.fieldsOf(kind),
    running: withoutSecrets(kind.fields, Object.fromEntries(differ.map(({ key }) => [key, running?.[key] ?? null]))),
    removal: kind.removable ? { live: kind.live, fixed: id === 'disk:vda' ? 'The guest starts from it.' : null } : null,
    actions: fakeActions(machine, device),
    xml: kind.removable ? `<${kind.kind}${attributesOf(kind.fields, values)}/>` : null,
    notes:
      values['source'] === '/var/lib/libvirt/images/shared-data.qcow2'
        ? ['Another guest has this disk too. Only one of them may run.']
        : (kind.host?.notes(values, machine.seen) ?? []),
  };
}

function attributesOf(fields: readonly Field[], values: FieldValues): string {
  const plain = fields.flatMap(({ kind, key }) => {
    const value = values[key] ?? null;
    return kind === 'secret' || value === null || Array.isArray(value) ? [] : [` ${key}="${escapedAttribute(String(value))}"`];
  });
  return plain.join('');
}

const escapedAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function withoutSecrets(fields: readonly Field[], values: FieldValues): FieldValues {
  const secret = new Set(fields.filter(({ kind }) => kind === 'secret').map(({ key }) => key));
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secret.has(key) && value !== null ? '' : value]));
}

function pendingOf(page: DevicePage): PendingChange[] {
  if (page.presence === 'next-start') return [{ device: page.id, words: `${page.title} is added` }];
  if (page.presence === 'running') return [{ device: page.id, words: `${page.title} is removed` }];
  return page.fields.flatMap((field) => {
    const now = page.running[field.key];
    if (now === undefined || !isShown(field, page.values)) return [];
    const words = `${page.title}, ${field.label}: ${valueWords(field, now)} → ${valueWords(field, page.values[field.key] ?? null)}`;
    return [{ device: page.id, words }];
  });
}

const pathsIn = (definition: string): string[] => [...definition.matchAll(/(?:=["']|>)(\/[^"'<]+)/g)].map(([, path]) => path ?? '');
