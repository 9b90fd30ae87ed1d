import type { Findings } from './device-kind.ts';
import { commandsFor } from './change-commands.ts';
import type { ChangedDefinition } from './changed-definition.ts';
import { editedDevice } from './edited-device.ts';
import { hostGrants } from './host-grants.ts';
import { knowledgeOf, withMade } from './host-knowledge.ts';
import type { OpenGuest } from './open-guest.ts';
import { planChange, type PlannedChange, type WishedChange } from './plan-change.ts';

/** `planChange`, with what the host says of the device as it is to be, and the commands that do the same. */
export async function checkedPlan(guest: OpenGuest, wish: WishedChange): Promise<PlannedChange> {
  const planned = planChange(guest, wish);
  const { change, plan, live } = planned;
  if (change.problems.length > 0) return planned;
  const [{ warnings, problems }, grants] = await Promise.all([
    findingsOf(guest, change),
    hostGrants(guest.source.root, change.domain, withMade(knowledgeOf(guest.host, guest.dom.uuid), madeBy(change))),
  ]);
  return {
    ...planned,
    change: { ...change, problems },
    plan: {
      ...plan,
      warnings: [...plan.warnings, ...warnings],
      grants,
      objections: problems.map(({ field, message }) => ({ field: field || null, message })),
      commands: problems.length > 0 ? [] : commandsFor(guest, change, live),
    },
  };
}

const madeBy = (change: ChangedDefinition): ReadonlySet<string> => (change.sort === 'add' ? change.made : new Set());

async function findingsOf(guest: OpenGuest, change: ChangedDefinition): Promise<Findings> {
  const none: Findings = { warnings: [], problems: [] };
  if (change.sort === 'add') return (await change.kind.check?.(change.element, change.values, guest)) ?? none;
  if (change.sort !== 'set' || change.device === null || change.kind.sort !== 'device') return none;
  const element = change.device.next === null ? change.device.running : editedDevice(change, guest);
  return element === null ? none : ((await change.kind.check?.(element, change.to, guest)) ?? none);
}
