import type { CreationOffer, GuestSpec, NewNic } from '#model/guest-spec';
import type { GuestTemplate } from '#model/guest-template';
import { amountOf } from './amount.ts';
import { type Draft, emptyDraft, type Fields } from './draft.ts';
import { systemOf } from './system.ts';

/** What of a guest may serve for others. A volume is one guest's own. */
export function templateOf(name: string, draft: Draft, spec: GuestSpec): GuestTemplate {
  const { machine, firmware, tpm, cpu, graphics, vcpus, memory, disks, nics, start } = spec;
  const system = systemOf(draft);
  return {
    name,
    road: draft.road,
    os: system && { id: system.id, name: system.name },
    guest: { machine, firmware, tpm, cpu, graphics, vcpus, memory, disks: disks.filter(({ kind }) => kind === 'new'), nics, start },
  };
}

/** A wizard that begins as the template says. Pools and networks that this host does not have are proposed as for any guest. */
export function draftFrom({ road, os, guest }: GuestTemplate, offer: CreationOffer): Draft {
  const { machine, firmware, tpm, cpu, graphics, vcpus, memory, start } = guest;
  return {
    ...emptyDraft,
    road,
    ...(os !== null && { system: os }),
    edits: {
      memory: amountOf(memory),
      vcpus: String(vcpus),
      machine,
      firmware,
      tpm,
      cpu,
      graphics,
      start,
      ...diskOf(guest, offer),
      ...nicOf(guest, offer),
    },
  };
}

function diskOf({ disks: [disk] }: GuestTemplate['guest'], { pools }: CreationOffer): Partial<Fields> {
  if (disk?.kind !== 'new') return {};
  const hasPool = pools.some(({ name, active }) => active && name === disk.pool);
  return { disk: 'new', diskSize: amountOf(disk.size), diskFormat: disk.format, ...(hasPool && { pool: disk.pool }) };
}

function nicOf({ nics: [nic] }: GuestTemplate['guest'], offer: CreationOffer): Partial<Fields> {
  if (nic === undefined) return { nic: null };
  return isOffered(nic, offer) ? { nic } : {};
}

const isOffered = (nic: NewNic, { networks, bridges }: CreationOffer): boolean =>
  nic.kind === 'network' ? networks.some(({ name }) => name === nic.name) : nic.kind !== 'bridge' || bridges.includes(nic.device);
