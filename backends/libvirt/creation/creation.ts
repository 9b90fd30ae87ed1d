import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { CreationOffer, GuestPreview, GuestSpec, MachineWish, Objection } from '#model/guest-spec';
import type { GuestCreation, GuestRequest, LocalFile, Networks, Operation, Storage } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { osinfoDb } from '../../osinfo-db.ts';
import { findDomain } from '../deletion/domain-removal.ts';
import type { Drive } from '../devices/host-drives.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { serialize } from '../xml/document.ts';
import type { DomainWish } from '../xml/domain-wish.ts';
import { indented } from '../xml/indented.ts';
import { newContainer } from '../xml/new-container.ts';
import { newDomain } from '../xml/new-domain.ts';
import { type Finding, findObjections } from './creation-checks.ts';
import { readBridges, readDevices, readOffer } from './creation-offer.ts';
import { aboutDrives } from './drive-checks.ts';
import { aboutAgreement, chosenDrive, readDrives } from './drives.ts';
import { CreationWork } from './creation-work.ts';
import { aboutDevices } from './device-checks.ts';
import type { GuestPlan } from './guest-plan.ts';
import { aboutFiles } from './file-checks.ts';
import { type MachineFacts, readHostMachine } from './machine-facts.ts';
import { findAccessProblems, runsAsOf } from './media-access.ts';
import { readOwnDefinition } from './own-definition.ts';
import { planGuest } from './plan-guest.ts';
import { aboutSpace } from './space-checks.ts';
import { aboutUsers } from './use-checks.ts';
import { virtInstallCommand } from './virt-install-command.ts';

interface CreationOptions {
  /** How long the host may take for one change before it is asked what became of it; milliseconds. */
  readonly patienceMs?: number;
}

/** Everything that can be found out before the first change. `plan` null: what stands against it says why. */
interface Examination {
  readonly machine: MachineFacts;
  readonly findings: readonly Finding[];
  readonly plan: GuestPlan | null;
}

export function createGuestCreation(
  host: LibvirtHost,
  storage: Storage | null,
  networks: Networks | null,
  options: CreationOptions = {},
): GuestCreation {
  /** Drives of the host that guests are being made with. */
  const given = new Set<string>();

  async function examine(request: GuestRequest): Promise<Examination> {
    const { spec } = request;
    const found = await readHostMachine(host, spec.machine);
    const offer = await readOffer(host, { storage, networks }, found);
    const findings = [
      ...findObjections(spec, offer, host),
      ...(await aboutDevices(host, spec, { offered: offer.networks, networks })),
      ...(await aboutFiles(host, request, offer)),
    ];
    try {
      const drive = await chosenDrive(host, spec);
      const plan = await planGuest(host, request, { pools: offer.pools, drive });
      const more = [
        ...(await aboutUsers(host, request, plan)),
        ...(await aboutSpace(host, plan, offer.pools)),
        ...(await aboutChosen(request, drive)),
      ];
      return { machine: found.facts, findings: [...findings, ...more], plan };
    } catch (error) {
      if (!(error instanceof BackendError) || error.code === 'connection-lost') throw error;
      // Where something else stands against it already, that is the reason.
      const { code, message, remedy } = error;
      const finding: Finding = { field: 'media', severity: 'error', code, message, remedy, mends: [] };
      const explained = findings.some(({ severity }) => severity === 'error');
      return { machine: found.facts, findings: explained ? findings : [...findings, finding], plan: null };
    }
  }

  async function aboutChosen(request: GuestRequest, drive: Drive | null, own: string | null = null): Promise<Finding[]> {
    return drive === null ? [] : [...(await aboutDrives(host, [drive], own)).flat(), ...aboutAgreement(request, drive)];
  }

  /** Until a guest is defined, nothing tells that its drive is taken; and what was copied for it before may have taken an hour. */
  async function requireDrive(request: GuestRequest, own: string | null = null): Promise<void> {
    const findings = await aboutChosen(request, await chosenDrive(host, request.spec), own);
    if (findings.some(({ severity }) => severity === 'error')) throw failureOf(findings);
  }

  /** Two guests that are being made over this connection know nothing of each other until they are defined; others are found then. */
  async function withDrive<T>({ source }: GuestSpec, work: () => Promise<T>): Promise<T> {
    if (!('from' in source) || source.from.kind !== 'drive') return work();
    const { drive } = source.from;
    if (given.has(drive)) {
      throw new BackendError('in-use', 'Another guest is being made with this drive of the host.', {
        remedy: 'Wait until it is there, or choose another drive.',
      });
    }
    given.add(drive);
    try {
      return await work();
    } finally {
      given.delete(drive);
    }
  }

  async function wantedOf({ spec }: GuestRequest, plan: GuestPlan, machine: MachineFacts): Promise<Omit<DomainWish, 'uuid'>> {
    const support = spec.os === null ? null : (await osinfoDb()).support(spec.os);
    const own = support ?? { virtioDisk: false, virtioNet: false, virtioVideo: false };
    // What the drivers on the disc are for; its picture stays one that an installer without them can show.
    const drives = spec.drivers === null ? own : { ...own, virtioDisk: true, virtioNet: true };
    const firmware = spec.firmware ?? (machine.firmwares.includes('bios') ? 'bios' : machine.firmwares.includes('uefi') ? 'uefi' : null);
    return { spec: { ...spec, firmware }, plan, machine, drives, windows: support?.family === 'winnt' };
  }

  const draw = (wanted: DomainWish) => (wanted.machine.type === 'lxc' ? newContainer(wanted) : newDomain(wanted));

  return {
    async offer(machine: MachineWish | null = null): Promise<CreationOffer> {
      const standing = await readOffer(host, { storage, networks }, await readHostMachine(host, machine));
      const [bridges, devices] = await Promise.all([readBridges(host, standing.networks), readDevices(host, networks)]);
      return { ...standing, bridges, devices };
    },

    async check(request): Promise<Objection[]> {
      const { findings } = await examine(request);
      return findings.map(({ field, severity, message, remedy, mends }) => ({ field, severity, message, remedy, mends }));
    },

    async preview(request): Promise<GuestPreview> {
      const { machine, findings, plan } = await examine(request);
      if (plan === null) throw failureOf(findings);
      const wanted = await wantedOf(request, plan, machine);
      return { definition: indented(draw({ ...wanted, uuid: randomUUID() })), command: virtInstallCommand(host, wanted) };
    },

    create: (request, operation) => withDrive(request.spec, () => create(request, operation)),

    drives: async () => readDrives(host),

    grantsFor: async (file: LocalFile) => {
      if (!host.local) return [];
      const who = runsAsOf(await host.capabilities(), 'kvm');
      if (who === null) return [];
      const problems = await findAccessProblems(await realpath(file.path), who);
      return problems.flatMap(({ grant }) => (grant === null ? [] : [grant]));
    },
  };

  async function create(request: GuestRequest, operation: Operation): Promise<string> {
    operation.report('Checking the host', null);
    const { machine, findings, plan } = await examine(request);
    if (plan === null || findings.some(({ severity }) => severity === 'error')) throw failureOf(findings);
    const { name, start } = request.spec;
    const own = request.definition === undefined ? null : readOwnDefinition(request.definition, name, plan);
    const uuid = own?.uuid ?? randomUUID();
    if (own !== null && (await findDomain(host, uuid)) !== null) {
      throw new BackendError('exists', 'A guest with the uuid of this definition is there already.', { remedy: 'Begin again.' });
    }
    const first = own?.document ?? draw({ ...(await wantedOf(request, plan, machine)), uuid });
    const work = workFor(operation);
    return work.run(async () => {
      for (const volume of plan.volumes) await work.makeVolume(volume);
      if (plan.tree !== null) await work.makeTree(plan.tree);
      await requireDrive(request);
      const dom = await work.define(uuid, name, serialize(first));
      // Whoever else was giving it away in that moment, over another connection or with another program, is defined by now, or finds this guest.
      await requireDrive(request, uuid);
      if (start) await work.start(dom);
      if (start && plan.kernel !== null) {
        await work.settle(dom);
        await work.discard(plan.kernel.kernel);
        await work.discard(plan.kernel.initrd);
      }
      return uuid;
    });
  }

  function workFor(operation: Operation): CreationWork {
    return new CreationWork(host, { operation, transfers: storage?.transfers ?? null, patienceMs: options.patienceMs });
  }
}

function failureOf(findings: readonly Finding[]): BackendError {
  const found = findings.find(({ severity }) => severity === 'error');
  if (found === undefined) return new BackendError('internal', 'The guest could not be planned.');
  return new BackendError(found.code, found.message, { remedy: found.remedy });
}
