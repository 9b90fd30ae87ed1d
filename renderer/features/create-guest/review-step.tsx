import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Objection } from '#model/guest-spec';
import type { Acceleration } from '#model/host';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { bytesOf } from './amount.ts';
import type { Problems } from './draft.ts';
import type { Step } from './draft-store.ts';
import { MissingPool } from './missing-pool.tsx';
import { about, type StepProps } from './step-props.ts';

interface ReviewStepProps extends StepProps {
  /** Goes to a step, to the control with this id. */
  readonly onGo: (step: Step, control: string) => void;
}

interface Choice {
  readonly term: string;
  readonly value: ReactNode;
  readonly step: Step;
  /** Of the control that asked for it. */
  readonly control: string;
  readonly problem: keyof Problems;
  readonly field: Objection['field'];
}

/** All that was chosen or proposed, each with a way to change it, and what the host has against it. */
export function ReviewStep({ host, offer, draft, fields, problems, objections, onEdit, onGo }: ReviewStepProps) {
  const media = draft.chosen?.media;
  const memory = bytesOf(fields.memory);
  const size = bytesOf(fields.diskSize);
  const choices: readonly Choice[] = [
    {
      term: 'Install from',
      value: media && (
        <>
          <ForeignText text={media.name} />
          {media.os && (
            <>
              {' '}
              (<ForeignText text={media.os.name} />)
            </>
          )}
        </>
      ),
      step: 'media',
      control: 'media',
      problem: 'media',
      field: 'media',
    },
    { term: 'Name', value: <ForeignText text={fields.name} />, step: 'resources', control: 'name', problem: 'name', field: 'name' },
    {
      term: 'Memory',
      value: memory !== null && formatBytes(memory),
      step: 'resources',
      control: 'memory',
      problem: 'memory',
      field: 'memory',
    },
    { term: 'Virtual CPUs', value: fields.vcpus, step: 'resources', control: 'vcpus', problem: 'vcpus', field: 'vcpus' },
    {
      term: 'Firmware',
      value: fields.firmware === 'uefi' ? 'UEFI' : 'BIOS',
      step: 'resources',
      control: `firmware-${fields.firmware}`,
      problem: 'firmware',
      field: 'firmware',
    },
    {
      term: 'Disk',
      value: fields.withDisk ? (
        <>
          {size !== null && formatBytes(size)} in pool <ForeignText text={fields.pool ?? ''} />
        </>
      ) : (
        'None'
      ),
      step: 'disk',
      control: fields.withDisk ? 'disk-size' : 'disk-none',
      problem: problems.pool === undefined ? 'diskSize' : 'pool',
      field: 'disk',
    },
    {
      term: 'Network',
      value: fields.network === null ? 'None' : <ForeignText text={fields.network} />,
      step: 'network',
      control: fields.network === null ? 'no-network' : 'network',
      problem: 'network',
      field: 'network',
    },
  ];

  return (
    <>
      <MissingPool host={host} offer={offer} onProvided={() => onEdit({ withDisk: true })} />
      {about(objections, 'host').map((objection) => (
        <ObjectionLine key={objection.message} objection={objection} />
      ))}
      <DescriptionList isHorizontal isCompact aria-label="The guest to be made" className="gh-create__review">
        {choices.map(({ term, value, step, control, problem, field }) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>
              <span className="gh-create__choice">
                <span>{value}</span>
                <Button variant="link" isInline aria-label={`Change ${term.toLowerCase()}`} onClick={() => onGo(step, control)}>
                  Change
                </Button>
              </span>
              {problems[problem] !== undefined && <Alert isInline isPlain component="p" variant="danger" title={problems[problem]} />}
              {about(objections, field).map((objection) => (
                <ObjectionLine key={objection.message} objection={objection} />
              ))}
            </DescriptionListDescription>
          </DescriptionListGroup>
        ))}
        <DescriptionListGroup>
          <DescriptionListTerm>Acceleration</DescriptionListTerm>
          <DescriptionListDescription>
            <AccelerationLine acceleration={offer.acceleration} />
          </DescriptionListDescription>
        </DescriptionListGroup>
      </DescriptionList>
    </>
  );
}

function ObjectionLine({ objection: { severity, message, remedy } }: { readonly objection: Objection }) {
  return (
    <Alert isInline isPlain component="p" variant={severity === 'error' ? 'danger' : 'warning'} title={message}>
      {remedy}
    </Alert>
  );
}

function AccelerationLine({ acceleration }: { readonly acceleration: Acceleration }) {
  if (acceleration.kind === 'kvm') {
    if (acceleration.doubt === undefined) return 'KVM: the guest runs directly on the processor of the host.';
    return (
      <>
        Probably KVM. <ForeignText text={acceleration.doubt} />
      </>
    );
  }
  return (
    <>
      Emulation, much slower than a real processor. <ForeignText text={acceleration.reason} />
    </>
  );
}
