import type { CreationOffer, NewNic } from '#model/guest-spec';
import { GiB, MiB } from '#model/quantity';
import type { SystemFacts } from '#model/system-facts';
import { amountOf } from './amount.ts';
import type { Draft, Fields } from './draft.ts';
import type { DriverDisc } from './driver-disc.ts';
import { nameAfter } from './guest-name.ts';
import { hasGivenDevices, roomyPools } from './pool-room.ts';
import { bringsDisk, driveOf, imageOf, isContainer, sourceKind, subjectOf } from './source.ts';
import { systemOf } from './system.ts';
import { bearingOf } from './system-bearing.ts';

/** What is known from outside the draft. */
export interface Known {
  readonly offer: CreationOffer;
  /** Of the draft's system; null where it has none. */
  readonly facts: SystemFacts | null;
  readonly disc: DriverDisc | null;
}

const fallback = { memory: 2 * GiB, vcpus: 2, disk: 20 * GiB };
const ofContainers = { memory: 512 * MiB, vcpus: 1, disk: 20 * GiB };

/** What the wizard proposes before anything was typed. */
export function proposal({ offer, facts, disc }: Known, draft: Draft): Fields {
  const kind = sourceKind(draft);
  const subject = subjectOf(draft);
  const packed = draft.road === 'appliance' ? draft.sources.appliance?.appliance : undefined;
  const usual = facts?.os.recommended ?? subject?.os?.recommended ?? (isContainer(kind) ? ofContainers : fallback);
  const { firmware, tpm, drivers } = bearingOf(offer, facts, disc);
  const pool = bestPool(offer);
  return {
    name: subject === null ? '' : nameAfter(systemOf(draft)?.name ?? subject.name, offer.takenNames),
    memory: amountOf(packed?.memory ?? usual.memory),
    vcpus: String(Math.min(packed?.vcpus ?? usual.vcpus, offer.vcpusMax, offer.cpus)),
    machine: null,
    firmware: packed?.firmware ?? firmware,
    tpm: packed?.tpm ?? tpm,
    cpu: null,
    graphics: null,
    disk: bringsDisk(kind) || isContainer(kind) || pool === null ? 'none' : 'new',
    // A copy may be larger than the image, never smaller.
    diskSize: amountOf(
      bringsDisk(kind) ? Math.max(subject?.capacity ?? 0, kind === 'cloud-image' ? usual.disk : 0) || usual.disk : usual.disk,
    ),
    diskFormat: 'qcow2',
    pool,
    volume: null,
    copy: copiesByItself(draft, offer),
    move: false,
    moreDisks: [],
    nic: firstNic(offer, kind === 'pxe'),
    moreNics: [],
    drivers: drivers ? { kind: 'found' } : null,
    copyDrivers: !offer.readsLocalFiles,
    start: true,
    // A program that sees the host's own root can have no users of its own: libvirt maps none there.
    idMap: kind === 'container-os' ? { start: 100_000, count: 65_536 } : null,
  };
}

export function fieldsOf(known: Known, draft: Draft): Fields {
  const fields = { ...proposal(known, draft), ...draft.edits };
  // A drive of the host is used where it is, whatever was chosen for a file before it.
  return driveOf(draft) === null ? fields : { ...fields, copy: false, move: false };
}

/**
 * A medium is only read and can stay where it is, and a device was put there to be given away; other disks are written to, and what is elsewhere
 * must come here.
 */
function copiesByItself(draft: Draft, { readsLocalFiles, pools }: CreationOffer): boolean {
  const kind = sourceKind(draft);
  const subject = subjectOf(draft);
  if (subject?.fetched === true || kind === 'cloud-image' || kind === 'appliance') return true;
  if (subject?.local === true && !readsLocalFiles) return true;
  if (kind !== 'disk') return false;
  const image = imageOf(draft);
  const holder = image?.from === 'volume' ? pools.find(({ name }) => name === image.volume?.pool) : undefined;
  return holder === undefined || !hasGivenDevices(holder);
}

/** libvirt's own pool first, where people expect their images; else the roomiest. */
function bestPool({ pools }: CreationOffer): string | null {
  const roomy = roomyPools(pools);
  const roomiest = [...roomy].sort((a, b) => b.available - a.available)[0];
  return (roomy.find(({ name }) => name === 'default') ?? roomiest)?.name ?? null;
}

function firstNic({ networks, bridges }: CreationOffer, wantsBootServer: boolean): NewNic | null {
  const [bridge] = bridges;
  // A NAT network has no boot server of its own; the house's network may.
  if (wantsBootServer && bridge !== undefined) return { kind: 'bridge', device: bridge };
  const network = networks.find(({ active }) => active) ?? networks[0];
  return network === undefined ? null : { kind: 'network', name: network.name };
}
