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
      ...disksOf(guest, offer),
      ...nicsOf(guest, offer),
    },
  };
}

function disksOf({ disks: [first, ...more] }: GuestTemplate['guest'], offer: CreationOffer): Partial<Fields> {
  if (first?.kind !== 'new') return {};
  const pool = poolOf(first, offer);
  const moreDisks = more.flatMap((disk, i) =>
    disk.kind === 'new'
      ? [{ id: i + 2, kind: disk.kind, size: amountOf(disk.size), format: disk.format, pool: poolOf(disk, offer), volume: null }]
      : [],
  );
  return { disk: 'new', diskSize: amountOf(first.size), diskFormat: first.format, ...(pool !== null && { pool }), moreDisks };
}

const poolOf = ({ pool }: { readonly pool: string }, { pools }: CreationOffer): string | null =>
  pools.some(({ name, active }) => active && name === pool) ? pool : null;

function nicsOf({ nics: [first, ...more] }: GuestTemplate['guest'], offer: CreationOffer): Partial<Fields> {
  if (first === undefined) return { nic: null };
  const moreNics = more.filter((nic) => isOffered(nic, offer));
  return isOffered(first, offer) ? { nic: first, moreNics } : { moreNics };
}

function isOffered(nic: NewNic, { networks, bridges, devices }: CreationOffer): boolean {
  switch (nic.kind) {
    case 'network':
      return networks.some(({ name }) => name === nic.name);
    case 'bridge':
      return bridges.includes(nic.device);
    case 'direct':
      return devices.some(({ name }) => name === nic.device);
    case 'user':
      break;
  }
  return true;
}
