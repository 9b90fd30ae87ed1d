import {
  Alert,
  AlertActionLink,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { GuestSpec, Objection, VirtType } from '#model/guest-spec';
import type { Acceleration } from '#model/host';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { CommandSection } from './command-section.tsx';
import type { Step } from './draft-store.ts';
import { Mends } from './field.tsx';
import { MissingPool } from './missing-pool.tsx';
import { type Choice, choicesOf } from './review-choices.tsx';
import { SaveTemplate } from './save-template.tsx';
import { about, type StepProps } from './step-props.ts';

interface ReviewStepProps extends StepProps {
  readonly spec: GuestSpec | null;
  /** The person's own; null: it follows from the choices. */
  readonly definition: string | null;
  readonly onDefinition: (definition: string | null) => void;
  /** Goes to a step, to the control with this id. */
  readonly onGo: (step: Step, control: string) => void;
}

/** All that was chosen or proposed, each to be changed here, and what the host has against it. */
export function ReviewStep(props: ReviewStepProps) {
  const { host, offer, spec, definition, objections, onMend, onDefinition } = props;
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <MissingPool {...props} />
      {about(objections, 'host').map((objection) => (
        <ObjectionLine key={objection.message} objection={objection} onMend={onMend} />
      ))}
      {definition !== null && (
        <Alert
          isInline
          component="p"
          variant="info"
          title="It is made as your own definition says"
          actionLinks={<AlertActionLink onClick={() => onDefinition(null)}>Forget it and follow the choices</AlertActionLink>}
        >
          What is changed below and stands in the definition too counts no more.
        </Alert>
      )}
      <DescriptionList isHorizontal isCompact aria-label="The guest to be made" className="gh-create__review">
        {choicesOf(props).map((choice) => (
          <ReviewLine
            key={choice.term}
            {...props}
            choice={choice}
            isOpen={open === choice.term}
            onOpen={(on) => setOpen(on ? choice.term : null)}
          />
        ))}
        <DescriptionListGroup>
          <DescriptionListTerm>Acceleration</DescriptionListTerm>
          <DescriptionListDescription>
            <AccelerationLine acceleration={offer.acceleration} type={offer.machine.type} />
          </DescriptionListDescription>
        </DescriptionListGroup>
      </DescriptionList>
      <CommandSection host={host} spec={spec} />
      <SaveTemplate draft={props.draft} spec={spec} />
    </>
  );
}

interface ReviewLineProps extends ReviewStepProps {
  readonly choice: Choice;
  readonly isOpen: boolean;
  readonly onOpen: (on: boolean) => void;
}

function ReviewLine({ choice, isOpen, onOpen, onGo, ...props }: ReviewLineProps) {
  const { term, value, problems: own, fields, change } = choice;
  const { problems, objections, onMend } = props;
  const wrong = own.flatMap((problem) => problems[problem] ?? []);
  const control = change.control;
  useEffect(() => {
    if (isOpen) document.getElementById(control)?.focus();
    // Only when it is opened: what is typed in it may change which control it has.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isOpen]);
  const act = (): void => {
    if (change.kind === 'step') onGo(change.step, change.control);
    else onOpen(!isOpen);
  };
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>
        <span className="gh-create__choice">
          <span>{value}</span>
          <Button
            variant="link"
            isInline
            aria-label={`${isOpen ? 'Done with' : 'Change'} ${term.toLowerCase()}`}
            aria-expanded={change.kind === 'here' ? isOpen : undefined}
            onClick={act}
          >
            {isOpen ? 'Done' : 'Change'}
          </Button>
        </span>
        {isOpen && change.kind === 'here' ? (
          <div className="gh-create__inline">
            <change.Form {...props} />
          </div>
        ) : (
          <>
            {wrong.map((problem) => (
              <Alert key={problem} isInline isPlain component="p" variant="danger" title={problem} />
            ))}
            {fields
              .flatMap((field) => about(objections, field))
              .map((objection) => (
                <ObjectionLine key={objection.message} objection={objection} onMend={onMend} />
              ))}
          </>
        )}
      </DescriptionListDescription>
    </DescriptionListGroup>
  );
}

interface ObjectionLineProps {
  readonly objection: Objection;
  readonly onMend: StepProps['onMend'];
}

const ObjectionLine = ({ objection: { field, severity, message, remedy, mends }, onMend }: ObjectionLineProps) => (
  <Alert
    isInline
    isPlain
    component="p"
    variant={severity === 'error' ? 'danger' : 'warning'}
    title={<ForeignText text={message} />}
    actionLinks={mends.length > 0 && <Mends mends={mends} onMend={(mend) => onMend(mend, field)} />}
  >
    {remedy !== null && <ForeignText text={remedy} />}
  </Alert>
);

interface AccelerationLineProps {
  /** What the host has. */
  readonly acceleration: Acceleration;
  /** What the guest is to run by. */
  readonly type: VirtType;
}

function AccelerationLine({ acceleration, type }: AccelerationLineProps) {
  if (type === 'lxc') return 'A container: it runs on the host’s own kernel.';
  if (type === 'xen') return 'Xen: the guest runs on the processor of the host, beside the host’s own system.';
  if (acceleration.kind !== 'kvm') {
    const what = type === 'kvm' ? 'KVM, as chosen.' : 'Emulation, much slower than a real processor.';
    return (
      <>
        {what} <ForeignText text={acceleration.reason} />
      </>
    );
  }
  if (type === 'qemu') return 'Emulation, as chosen: much slower than a real processor.';
  if (acceleration.doubt === undefined) return 'KVM: the guest runs directly on the processor of the host.';
  return (
    <>
      Probably KVM. <ForeignText text={acceleration.doubt} />
    </>
  );
}
