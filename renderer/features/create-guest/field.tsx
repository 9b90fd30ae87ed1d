import { Button, FormGroup, FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Mend, Objection } from '#model/guest-spec';
import { mendLabel } from './mend-label.ts';

interface FieldProps {
  /** Of the control inside; `${id}-help` describes it. */
  readonly id: string;
  readonly label: string;
  readonly children: ReactNode;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly objections?: readonly Objection[];
  /** Does what an objection offers. */
  readonly onMend?: (mend: Mend, field: Objection['field']) => void;
  /** A group of controls, radio buttons for example, instead of one. */
  readonly role?: 'radiogroup' | 'group';
  /** Where the title of the step says the same. */
  readonly isLabelHidden?: boolean;
}

/** A question of the wizard with what is wrong with its answer: our own problem first, then the host's objections. */
export function Field({ id, label, children, hint, problem, objections = [], onMend, role, isLabelHidden = false }: FieldProps) {
  return (
    <FormGroup {...(isLabelHidden ? { 'aria-label': label } : { label })} fieldId={id} {...(role && { role })}>
      {children}
      <FormHelperText>
        <HelperText id={`${id}-help`} isLiveRegion>
          {problem !== undefined && <HelperTextItem variant="error">{problem}</HelperTextItem>}
          {objections.map(({ field, severity, message, remedy, mends }) => (
            <HelperTextItem key={message} variant={severity}>
              {message} {remedy} {onMend && <Mends mends={mends} onMend={(mend) => onMend(mend, field)} />}
            </HelperTextItem>
          ))}
          {hint !== undefined && problem === undefined && <HelperTextItem>{hint}</HelperTextItem>}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

interface MendsProps {
  readonly mends: readonly Mend[];
  readonly onMend: (mend: Mend) => void;
}

/** What would answer an objection, as buttons. */
export const Mends = ({ mends, onMend }: MendsProps) =>
  mends.map((mend) => (
    <Button key={mendLabel(mend)} className="gh-create__mend" variant="link" isInline onClick={() => onMend(mend)}>
      {mendLabel(mend)}
    </Button>
  ));
