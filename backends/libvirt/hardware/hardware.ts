import { onlyLooking } from '../../errors.ts';
import type { Hardware } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { applyChange } from './apply-change.ts';
import { checkedPlan } from './checked-plan.ts';
import { planAction, runAction } from './device-actions.ts';
import { describeHardware } from './describe-hardware.ts';
import { openGuest } from './open-guest.ts';
import { ContextReader } from './read-context.ts';

export function createHardware(host: LibvirtHost, { mayChange }: { readonly mayChange: boolean }): Hardware {
  const contexts = new ContextReader(host);
  return {
    read: async (id) => describeHardware(await openGuest(host, contexts, id)),
    plan: async (id, { base, change, when }) => {
      const guest = await openGuest(host, contexts, id, base);
      return change.kind === 'act' ? planAction(guest, change) : (await checkedPlan(guest, { change, when })).plan;
    },
    apply: async (id, { base, change, when }, operation) => {
      if (!mayChange) throw onlyLooking();
      const guest = await openGuest(host, contexts, id, base);
      return change.kind === 'act' ? runAction(guest, change, operation) : applyChange(guest, { change, when }, operation);
    },
  };
}
