import { FormGroup, FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Objection } from '#model/guest-spec';

interface FieldProps {
  /** Of the control inside; `${id}-help` describes it. */
  readonly id: string;
  readonly label: string;
  readonly children: ReactNode;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly objections?: readonly Objection[];
  /** A group of controls, radio buttons for example, instead of one. */
  readonly role?: 'radiogroup';
  /** Where the title of the step says the same. */
  readonly isLabelHidden?: boolean;
}

/** A question of the wizard with what is wrong with its answer: our own problem first, then the host's objections. */
export function Field({ id, label, children, hint, problem, objections = [], role, isLabelHidden = false }: FieldProps) {
  return (
    <FormGroup {...(isLabelHidden ? { 'aria-label': label } : { label })} fieldId={id} {...(role && { role })}>
      {children}
      <FormHelperText>
        <HelperText id={`${id}-help`} isLiveRegion>
          {problem !== undefined && <HelperTextItem variant="error">{problem}</HelperTextItem>}
          {objections.map(({ severity, message, remedy }) => (
            <HelperTextItem key={message} variant={severity}>
              {message} {remedy}
            </HelperTextItem>
          ))}
          {hint !== undefined && problem === undefined && <HelperTextItem>{hint}</HelperTextItem>}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
