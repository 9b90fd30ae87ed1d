import type { DeviceAction as OfferedAction, HardwareChange, HardwareOutcome, HardwarePlan } from '#model/hardware';
import { fieldProblems, type FieldValues } from '#model/hardware-field';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import type { ActionOffer, ActionSubject, DeviceAction } from './device-kind.ts';
import { deviceBy, foundDevices, foundParts } from './found-device.ts';
import { hostGrants } from './host-grants.ts';
import { knowledgeOf, withMade } from './host-knowledge.ts';
import type { OpenGuest } from './open-guest.ts';
import { withPresent } from './page-fields.ts';
import { withoutSecrets } from './secrets.ts';

export type Act = Extract<HardwareChange, { kind: 'act' }>;

/** The buttons of a page. */
export async function offeredActions(actions: readonly DeviceAction[], subject: ActionSubject): Promise<OfferedAction[]> {
  const offers = await Promise.all(
    actions.map(async (action) => {
      const offer = await action.offer(subject);
      return offer === null ? [] : [shown(action, offer)];
    }),
  );
  return offers.flat();
}

const shown = ({ key, label, help, danger }: DeviceAction, { fields, values, unavailable }: ActionOffer): OfferedAction => ({
  key,
  label,
  help,
  danger,
  fields: fields.map((field) => withPresent(field, values[field.key] ?? null)),
  values,
  unavailable,
});

/** Throws 'not-found' where the device is gone, 'bad-input' where it has no such action. */
export async function planAction(guest: OpenGuest, act: Act): Promise<HardwarePlan> {
  const { action, subject, values, problems } = await opened(guest, act);
  const before = guest.source.write(withoutSecrets(guest.source.root));
  const none = { differences: [], warnings: [], losses: [], grants: [], commands: [], before, after: before };
  if (problems.length > 0) return { ...none, objections: problems };
  const { domain, made = new Set<string>(), ...plan } = await action.plan(subject, values);
  if (domain === undefined) return { ...plan, grants: [], before, after: before };
  const host = withMade(knowledgeOf(guest.host, guest.dom.uuid), made);
  const grants = await hostGrants(guest.source.root, domain, host);
  return { ...plan, grants, before, after: guest.source.write(withoutSecrets(domain)) };
}

/** `remove` removes the device as its page would. */
export async function runAction(
  guest: OpenGuest,
  act: Act,
  remove: () => Promise<HardwareOutcome>,
  operation: Operation,
): Promise<HardwareOutcome> {
  const { action, subject, values, problems } = await opened(guest, act);
  const objections = problems.length > 0 ? problems : (await action.plan(subject, values)).objections;
  const [objection] = objections;
  if (objection !== undefined) throw new BackendError('bad-input', objection.message, { remedy: 'Nothing was changed.' });
  return action.run({ ...subject, remove }, values, operation);
}

interface OpenedAction {
  readonly action: DeviceAction;
  readonly subject: ActionSubject;
  readonly values: FieldValues;
  readonly problems: HardwarePlan['objections'];
}

async function opened(guest: OpenGuest, { device, action: key, values: wished }: Act): Promise<OpenedAction> {
  const { actions, subject } = subjectOf(guest, device);
  const action = actions.find((one) => one.key === key);
  const offer = action === undefined ? null : await action.offer(subject);
  if (action === undefined || offer === null) throw new BackendError('bad-input', 'That cannot be done with this device.');
  const { fields, values: initial, unavailable } = shown(action, offer);
  const known = new Set(fields.map((field) => field.key));
  if (Object.keys(wished).some((name) => !known.has(name))) {
    throw new BackendError('bad-input', 'The form has a field that this action does not have.');
  }
  const values = { ...initial, ...wished };
  const problems = [
    ...(unavailable === null ? [] : [{ field: null, message: unavailable }]),
    ...fieldProblems(fields, values).map(({ field, message }) => ({ field, message })),
  ];
  return { action, subject, values, problems };
}

function subjectOf(guest: OpenGuest, id: string): { actions: readonly DeviceAction[]; subject: ActionSubject } {
  const { source, running, persistent, context } = guest;
  const part = foundParts(context).find((one) => one.id === id);
  if (part !== undefined) return { actions: part.kind.actions ?? [], subject: { guest, next: source.root, running } };
  const found = deviceBy(id, foundDevices(source.root, running, persistent));
  return { actions: found.kind?.actions ?? [], subject: { guest, next: found.next, running: found.running } };
}
