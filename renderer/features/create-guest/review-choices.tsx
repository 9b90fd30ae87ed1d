import type { ComponentType, ReactNode } from 'react';
import type { Objection } from '#model/guest-spec';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { bytesOf } from './amount.ts';
import { DiskStep } from './disk-step.tsx';
import type { DiskDraft } from './draft.ts';
import type { Step } from './draft-store.ts';
import { MachineFields } from './machine-section.tsx';
import { firmwareWords, runsOn } from './machine-words.ts';
import { NetworkStep } from './network-step.tsx';
import { nicWords } from './nic-choices.tsx';
import type { Problem } from './problems.ts';
import { MemoryField, NameField, VcpusField } from './resources-step.tsx';
import { WithoutPassword } from './without-password.tsx';
import { roadWords } from './roads.ts';
import { bringsDisk, driveOf, driveTitle, isContainer, isUnpacked, mayMove, sourceKind, subjectOf } from './source.ts';
import type { StepProps } from './step-props.ts';
import { systemOf } from './system.ts';
import { scriptsFor } from './unattended-draft.ts';

/** One line of the review. */
export interface Choice {
  readonly term: string;
  readonly value: ReactNode;
  readonly problems: readonly Problem[];
  readonly fields: readonly Objection['field'][];
  /** Where it is changed: here, or in a step of its own. */
  readonly change:
    | { readonly kind: 'here'; readonly Form: ComponentType<StepProps>; readonly control: string }
    | { readonly kind: 'step'; readonly step: Step; readonly control: string };
}

/** All that was chosen or proposed. */
export function choicesOf(props: StepProps): readonly Choice[] {
  const { offer, draft, fields } = props;
  const kind = sourceKind(draft);
  const container = isContainer(kind);
  const memory = bytesOf(fields.memory);
  const nic = fields.nic;
  return [
    {
      term: 'Begin with',
      value: <SourceValue {...props} />,
      problems: ['source', 'checksum', 'packages', 'rootPool', 'hostname', 'idMap', 'unattended'],
      fields: ['media'],
      change: { kind: 'step', step: 'source', control: `road-${draft.road}` },
    },
    ...(kind === 'cloud-image' ? [firstStart(props)] : []),
    ...(isUnpacked(draft) ? [rootLogin(props)] : []),
    {
      term: 'Name',
      value: <ForeignText text={fields.name} />,
      problems: ['name'],
      fields: ['name'],
      change: { kind: 'here', Form: NameField, control: 'name' },
    },
    {
      term: 'Memory',
      value: memory !== null && formatBytes(memory),
      problems: ['memory'],
      fields: ['memory'],
      change: { kind: 'here', Form: MemoryField, control: 'memory' },
    },
    {
      term: 'Virtual CPUs',
      value: fields.vcpus,
      problems: ['vcpus'],
      fields: ['vcpus'],
      change: { kind: 'here', Form: VcpusField, control: 'vcpus' },
    },
    ...(container
      ? []
      : [
          {
            term: 'Machine',
            value: [
              runsOn(fields.machine ?? offer.machine),
              fields.firmware && firmwareWords[fields.firmware],
              fields.tpm && 'TPM 2.0',
              fields.drivers && 'driver disc',
            ]
              .filter(Boolean)
              .join(', '),
            problems: [],
            fields: ['firmware', 'machine', 'drivers'],
            change: { kind: 'here', Form: MachineFields, control: 'runs-on' },
          } as const,
          {
            term: 'Disk',
            value: <DisksValue {...props} />,
            problems: ['pool', 'diskSize', 'volume', 'moreDisks'],
            fields: ['disk'],
            change: {
              kind: 'here',
              Form: DiskStep,
              control: fields.disk === 'new' || (bringsDisk(kind) && fields.copy) ? 'disk-size' : `disk-${fields.disk}`,
            },
          } as const,
        ]),
    {
      term: 'Network',
      value: <Lines lines={[nicWords(nic), ...(nic === null ? [] : fields.moreNics.map(nicWords))]} />,
      problems: [],
      fields: ['network'],
      change: { kind: 'here', Form: NetworkStep, control: nic === null ? 'no-network' : 'network' },
    },
  ];
}

function SourceValue({ draft, fields, known }: StepProps) {
  const subject = subjectOf(draft);
  const system = systemOf(draft);
  const isThing = draft.road !== 'pxe' && draft.road !== 'empty';
  const drive = driveOf(draft);
  const hasDisc = drive?.kind === 'cdrom' && drive.loaded && drive.label !== null;
  return (
    <>
      {roadWords[draft.road].title}
      {subject !== null && isThing && (
        <>
          : <ForeignText text={drive !== null && !hasDisc ? driveTitle(drive) : subject.name} />
        </>
      )}
      {drive !== null && hasDisc && (
        <>
          , in the host’s drive <ForeignText text={driveTitle(drive)} />
        </>
      )}
      {system !== null && (
        <>
          {' '}
          (<ForeignText text={system.name} />)
        </>
      )}
      {isUnpacked(draft) && fields.pool !== null && (
        <>
          , into the pool <ForeignText text={fields.pool} />
        </>
      )}
      {draft.unattended.wanted && scriptsFor(known.facts, sourceKind(draft)).length > 0 && ', installs by itself'}
    </>
  );
}

function firstStart({ draft: { cloudInit } }: StepProps): Choice {
  const { user, passwordHash, keys, packages, own } = cloudInit;
  const parts = [passwordHash !== null && 'a password', keys.length > 0 && (keys.length === 1 ? 'one key' : `${keys.length} keys`)]
    .filter(Boolean)
    .join(' and ');
  return {
    term: 'First start',
    value: [
      user === '' ? 'No user' : `User ${user}, with ${parts === '' ? 'no way to log in' : parts}`,
      packages.trim() !== '' && 'packages',
      own !== null && 'own cloud-config',
    ]
      .filter(Boolean)
      .join(', '),
    problems: ['cloudInit'],
    fields: [],
    change: { kind: 'step', step: 'first-boot', control: 'user' },
  };
}

function rootLogin({ draft: { sources }, fields }: StepProps): Choice {
  const { identity, packages } = sources;
  return {
    term: 'Log in',
    value:
      identity.rootPasswordHash === null ? <WithoutPassword isMade={packages.wanted} name={fields.name} /> : 'As root, with the password',
    problems: [],
    fields: [],
    change: { kind: 'step', step: 'source', control: 'password' },
  };
}

/** One under the other: the second network card is as much of the guest as the first. */
const Lines = ({ lines }: { readonly lines: readonly ReactNode[] }) =>
  // What is drawn has no key of its own, and its place is all that it has.
  // oxlint-disable-next-line react/no-array-index-key
  lines.map((line, i) => <div key={i}>{line}</div>);

function DisksValue(props: StepProps) {
  const { fields } = props;
  const hasFirst = fields.disk !== 'none' || bringsDisk(sourceKind(props.draft)) || fields.moreDisks.length === 0;
  return <Lines lines={[...(hasFirst ? [<FirstDisk key="first" {...props} />] : []), ...fields.moreDisks.map(diskWords)]} />;
}

function diskWords({ kind, size, pool, volume }: Omit<DiskDraft, 'id'>): ReactNode {
  if (kind === 'volume') {
    return (
      volume !== null && (
        <>
          <ForeignText text={volume.name} /> of pool <ForeignText text={volume.pool} />
        </>
      )
    );
  }
  const bytes = bytesOf(size);
  return (
    <>
      {bytes !== null && formatBytes(bytes)} <InPool pool={pool} />
    </>
  );
}

function InPool({ pool }: { readonly pool: string | null }) {
  if (pool === null) return 'in a pool';
  return (
    <>
      in pool <ForeignText text={pool} />
    </>
  );
}

function FirstDisk({ draft, fields }: StepProps) {
  const kind = sourceKind(draft);
  const size = bytesOf(fields.diskSize);
  const inPool = <InPool pool={fields.pool} />;
  if (bringsDisk(kind)) {
    const drive = driveOf(draft);
    if (drive !== null) {
      return (
        <>
          The host’s own disk <ForeignText text={driveTitle(drive)} />, where it is
        </>
      );
    }
    if (!fields.copy) return 'The disk itself, where it is';
    return kind === 'appliance' ? (
      <>Copies of its disks {inPool}</>
    ) : (
      <>
        {fields.move && mayMove(draft) ? 'Moved:' : 'A copy of'} {size !== null && formatBytes(size)} {inPool}
      </>
    );
  }
  if (fields.disk === 'none') return 'None';
  return diskWords({ kind: fields.disk, size: fields.diskSize, format: fields.diskFormat, pool: fields.pool, volume: fields.volume });
}
