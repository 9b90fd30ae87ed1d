import { Button, Label } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Difference } from '#model/hardware';
import type { Field, FieldProblem, FieldValue } from '#model/hardware-field';
import type { HostId } from '#model/host';
import { valueWords } from '#model/value-words';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { ListInput } from './inputs/list-input.tsx';
import { PlainInput } from './inputs/plain-input.tsx';

interface FieldRowProps {
  /** Of the form: fields of two forms must not meet. */
  readonly form: string;
  readonly field: Field;
  readonly value: FieldValue;
  /** What the host has. */
  readonly before: FieldValue;
  /** What the guest runs with, where that is another. */
  readonly running: FieldValue | undefined;
  readonly isChanged: boolean;
  /** When a change of it counts; null where the guest is off. */
  readonly effect: Difference['effect'] | null;
  readonly problems: readonly FieldProblem[];
  readonly host: HostId;
  /** Why it cannot be changed. */
  readonly fixed: string | null;
  onChange(value: FieldValue): void;
  onReset(): void;
}

export const fieldId = (form: string, key: string): string => `${form}-${key}`;

/** A field with its label, what it is for, what is wrong with it, and when a change of it counts. */
export function FieldRow({
  form,
  field,
  value,
  before,
  running,
  isChanged,
  effect,
  problems,
  host,
  fixed,
  onChange,
  onReset,
}: FieldRowProps) {
  const id = fieldId(form, field.key);
  const whole = problems.find(({ row }) => row === undefined);
  const isDisabled = fixed !== null;
  const control =
    field.kind === 'list' ? (
      <ListInput
        id={id}
        field={field}
        rows={Array.isArray(value) ? value : []}
        before={Array.isArray(before) ? before : []}
        problems={problems.filter(({ row }) => row !== undefined)}
        host={host}
        isDisabled={isDisabled}
        onChange={onChange}
      />
    ) : (
      <PlainInput
        id={id}
        field={field}
        value={Array.isArray(value) ? null : value}
        before={Array.isArray(before) ? null : before}
        host={host}
        isInvalid={whole !== undefined}
        isDisabled={isDisabled}
        onChange={onChange}
      />
    );
  return (
    <div className="gh-hw-field" data-changed={isChanged}>
      <FormField
        id={id}
        label={field.label}
        {...(field.kind === 'list' && { role: 'group' as const })}
        problem={whole?.message}
        hint={hintOf(field, running, field.fixed ?? (fixed === null ? null : undefined))}
      >
        {control}
      </FormField>
      {isChanged && (
        <div className="gh-hw-field__change">
          {effect !== null && <EffectLabel effect={effect} />}
          <Button variant="link" size="sm" isInline aria-label={`Set back: ${field.label}`} onClick={onReset}>
            Set back
          </Button>
        </div>
      )}
    </div>
  );
}

export const EffectLabel = ({ effect }: Pick<Difference, 'effect'>) =>
  effect === 'now' ? (
    <Label isCompact color="blue">
      Takes effect now
    </Label>
  ) : (
    <Label isCompact color="orange">
      At the next start
    </Label>
  );

/** `fixed` undefined: the whole form says why. */
function hintOf(field: Field, running: FieldValue | undefined, fixed: string | null | undefined): ReactNode {
  if (field.help === null && running === undefined && fixed == null) return undefined;
  return (
    <>
      {field.help !== null && <span>{field.help} </span>}
      {fixed != null && <span className="gh-hw-fixed">{fixed} </span>}
      {running !== undefined && (
        <span className="gh-hw-running">
          The guest runs with: <ForeignText text={valueWords(field, running)} />
        </span>
      )}
    </>
  );
}
