import type { CreationOffer, Firmware, Media } from '#model/guest-spec';
import { GuestSpec, guestLimits } from '#model/guest-spec';
import { NewGuestName } from '#model/guest';
import { GiB } from '#model/quantity';
import { type Amount, amountOf, bytesOf } from './amount.ts';

export interface ChosenMedia {
  readonly token: string;
  readonly media: Media;
}

/** Everything that is asked, as typed or chosen. */
export interface Fields {
  readonly name: string;
  readonly memory: Amount;
  readonly vcpus: string;
  readonly firmware: Firmware;
  readonly withDisk: boolean;
  readonly diskSize: Amount;
  readonly pool: string | null;
  readonly network: string | null;
}

/** What the person chose. The rest follows from the medium and the host, and changes with them. */
export interface Draft {
  readonly chosen: ChosenMedia | null;
  readonly edits: Partial<Fields>;
}

export type Problems = Readonly<Partial<Record<'media' | keyof Fields, string>>>;

export const emptyDraft: Draft = { chosen: null, edits: {} };

const fallback = { memory: 2 * GiB, vcpus: 2, disk: 20 * GiB };
/** These installers refuse to run without UEFI; BIOS starts everything else on a PC. */
const needUefi = ['http://microsoft.com/win/11', 'http://microsoft.com/win/2k25'];

/** What the wizard proposes before anything was typed. */
export function proposal(offer: CreationOffer, media: Media | null): Fields {
  const { memory, vcpus, disk } = media?.os?.recommended ?? fallback;
  const preferred: Firmware = needUefi.includes(media?.os?.id ?? '') ? 'uefi' : 'bios';
  const pool = bestPool(offer);
  return {
    name: media === null ? '' : uniqueName(suggestedName(media), offer.takenNames),
    memory: amountOf(memory),
    vcpus: String(Math.min(vcpus, offer.vcpusMax)),
    firmware: offer.firmwares.find((firmware) => firmware === preferred) ?? offer.firmwares[0] ?? 'bios',
    withDisk: pool !== null,
    diskSize: amountOf(disk),
    pool,
    network: (offer.networks.find(({ active }) => active) ?? offer.networks[0])?.name ?? null,
  };
}

export function fieldsOf(offer: CreationOffer, { chosen, edits }: Draft): Fields {
  return { ...proposal(offer, chosen?.media ?? null), ...edits };
}

/** What stands in the way of asking the host, in words for the person. */
export function problemsOf(offer: CreationOffer, draft: Draft): Problems {
  const { name, memory, vcpus, withDisk, diskSize, pool } = fieldsOf(offer, draft);
  const problems: { -readonly [K in keyof Problems]: Problems[K] } = {};
  const bytes = bytesOf(memory);
  const count = Number(vcpus);
  const size = bytesOf(diskSize);
  const named = NewGuestName.safeParse(name);

  if (draft.chosen === null) problems.media = 'Choose a file to install from.';
  if (name === '') problems.name = 'Give the guest a name.';
  else if (!named.success) problems.name = named.error.issues[0]?.message ?? 'This name cannot be used.';
  else if (offer.takenNames.includes(name)) problems.name = 'This host has a guest of that name already.';

  if (bytes === null) problems.memory = 'Enter a number.';
  else if (bytes < guestLimits.memoryMin) problems.memory = 'A guest needs at least 16 MiB.';
  else if (bytes > offer.memoryTotal) problems.memory = 'The host has less memory than that.';

  if (!/^\d+$/.test(vcpus) || count < 1) problems.vcpus = 'Enter a whole number of at least 1.';
  else if (count > offer.vcpusMax) problems.vcpus = `The host gives a guest at most ${offer.vcpusMax}.`;

  if (withDisk) {
    if (pool === null) problems.pool = 'Choose a pool.';
    if (size === null) problems.diskSize = 'Enter a number.';
    else if (size > guestLimits.diskMax) problems.diskSize = 'A disk can have at most 1,048,576 GiB.';
  }
  return problems;
}

/** The guest to be made; null while there are problems. */
export function specOf(offer: CreationOffer, draft: Draft): GuestSpec | null {
  const { name, memory, vcpus, firmware, withDisk, diskSize, pool, network } = fieldsOf(offer, draft);
  if (draft.chosen === null || Object.keys(problemsOf(offer, draft)).length > 0) return null;
  const spec = GuestSpec.safeParse({
    name,
    os: draft.chosen.media.os?.id ?? null,
    firmware,
    vcpus: Number(vcpus),
    memory: bytesOf(memory),
    disk: withDisk ? { pool, size: bytesOf(diskSize) } : null,
    network,
  });
  return spec.success ? spec.data : null;
}

/** libvirt's own pool first, where people expect their images; else the roomiest. */
function bestPool({ pools }: CreationOffer): string | null {
  const active = pools.filter((pool) => pool.active);
  const roomiest = [...active].sort((a, b) => b.available - a.available)[0];
  return (active.find(({ name }) => name === 'default') ?? roomiest)?.name ?? null;
}

/** From the system's name, else from the medium's label or file: "Debian 13" becomes debian-13. */
function suggestedName({ os, label, name }: Media): string {
  const source = os?.name ?? (label.trim() || name.replace(/\.iso$/i, ''));
  const plain = source
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const short = Array.from(plain)
    .slice(0, 56)
    .join('')
    .replace(/[^\p{L}\p{N}]+$/u, '');
  return NewGuestName.safeParse(short).success ? short : 'guest';
}

function uniqueName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}
