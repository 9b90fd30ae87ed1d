import type { FieldValues } from '#model/hardware-field';
import { BackendError, onlyLooking, requireChangeable } from '../../errors.ts';
import type { Hardware } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { parseXmlInTurns } from '../xml/document.ts';
import { applyChange } from './apply-change.ts';
import type { DefinitionChange } from './changed-definition.ts';
import { checkedPlan } from './checked-plan.ts';
import { planAction, runAction } from './device-actions.ts';
import { describeHardware } from './describe-hardware.ts';
import { deviceKinds } from './device-kinds.ts';
import { commonGround } from './common-ground.ts';
import { hostGrants } from './host-grants.ts';
import { knowledgeOf } from './host-knowledge.ts';
import { openDraft, openGuest } from './open-guest.ts';
import { planChange } from './plan-change.ts';
import { withoutSecrets } from './secrets.ts';
import { contextsOf } from './read-context.ts';

export function createHardware(host: LibvirtHost, { mayChange }: { readonly mayChange: boolean }): Hardware {
  const contexts = contextsOf(host);
  return {
    read: async (id) => {
      const guest = await openGuest(host, contexts, id);
      return describeHardware(guest, guest);
    },
    plan: async (id, { base, change, when }) => {
      const guest = await openGuest(host, contexts, id, base);
      return change.kind === 'act' ? planAction(guest, change) : (await checkedPlan(guest, { change, when })).plan;
    },
    grants: async (id, definition) => {
      const { source } = await openGuest(host, contexts, id);
      return hostGrants(withoutSecrets(source.root), withoutSecrets(await parseXmlInTurns(definition)), knowledgeOf(host, id));
    },
    grantsAnew: async (id, definition) => {
      const { source, context } = await openDraft(contexts, definition);
      return hostGrants(commonGround(context), withoutSecrets(source.root), knowledgeOf(host, id));
    },
    readDraft: async (definition) => describeHardware(await openDraft(contexts, definition), null),
    planDraft: async (definition, change) => {
      if (change.kind === 'act' || (change.kind === 'add' && isMadeOnHost(change.device, change.values))) throw notBeforeItExists();
      return planChange(await openDraft(contexts, definition), { change, when: 'next-start' }).plan;
    },
    apply: async (id, { base, change, when }, operation) => {
      if (!mayChange) throw onlyLooking();
      requireChangeable(id);
      const guest = await openGuest(host, contexts, id, base);
      if (change.kind !== 'act') {
        const done = applyChange(guest, { change, when }, operation);
        return touchesHost(change) ? done.finally(() => contexts.forget()) : done;
      }
      const remove = () =>
        applyChange(guest, { change: { kind: 'remove', device: change.device }, when: 'as-soon-as-possible' }, operation);
      // Actions may change the host itself: its devices' drivers.
      return runAction(guest, change, remove, operation).finally(() => contexts.forget());
    },
  };
}

/** Who has a device of the host, or what was made of one, is not what it was: also where that failed half-way. */
function touchesHost(change: DefinitionChange): boolean {
  if (change.kind === 'undo') return true;
  return deviceKinds.some(({ kind, group }) => group === 'host' && (change.device === kind || change.device.startsWith(`${kind}:`)));
}

function isMadeOnHost(kind: string, values: FieldValues): boolean {
  const addition = deviceKinds.find((one) => one.kind === kind)?.addition;
  return addition?.prepare !== undefined && addition.prepares?.(values) !== false;
}

const notBeforeItExists = (): BackendError =>
  new BackendError('unsupported', 'That can be done once the guest exists.', {
    remedy: 'Create it first, then change it on its Hardware page.',
  });
