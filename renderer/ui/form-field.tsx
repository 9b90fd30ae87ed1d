import { FormGroup, FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface FormFieldProps {
  /** Of the control inside; `${id}-help` describes it. */
  readonly id: string;
  readonly label: string;
  readonly children: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the answer; stands in place of the hint. */
  readonly problem?: string | undefined;
  /** A group of controls instead of one. */
  readonly role?: 'radiogroup' | 'group';
}

/** A question of a form. */
export function FormField({ id, label, children, hint, problem, role }: FormFieldProps) {
  return (
    <FormGroup label={label} fieldId={id} {...(role && { role })}>
      {children}
      <FormHelperText>
        <HelperText id={`${id}-help`} isLiveRegion>
          {problem !== undefined && <HelperTextItem variant="error">{problem}</HelperTextItem>}
          {hint !== undefined && problem === undefined && <HelperTextItem>{hint}</HelperTextItem>}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
