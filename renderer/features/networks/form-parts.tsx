import { Button, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { PlusIcon } from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import type { ReactNode } from 'react';
import { FormField } from '../../ui/form-field.tsx';

/** What stands against a field; undefined: nothing, or nothing that is to be seen yet. */
export type ProblemOf = (field: string) => { readonly message: string; readonly isError: boolean } | undefined;

interface TextFieldProps {
  readonly field: string;
  readonly label: string;
  readonly value: string;
  readonly problemOf: ProblemOf;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  readonly narrow?: boolean;
  readonly isDisabled?: boolean;
  onChange(value: string): void;
}

export function TextField({
  field,
  label,
  value,
  problemOf,
  hint,
  placeholder,
  narrow = false,
  isDisabled = false,
  onChange,
}: TextFieldProps) {
  const problem = problemOf(field);
  const id = idOf(field);
  return (
    <FormField id={id} label={label} {...said(problem, hint)}>
      <TextInput
        id={id}
        className={narrow ? 'gh-net-narrow' : ''}
        value={value}
        isDisabled={isDisabled}
        validated={problem === undefined ? 'default' : problem.isError ? 'error' : 'warning'}
        aria-describedby={`${id}-help`}
        autoComplete="off"
        spellCheck={false}
        {...(placeholder !== undefined && { placeholder })}
        onChange={(_event, text) => onChange(text)}
      />
    </FormField>
  );
}

interface ChoiceFieldProps extends Omit<TextFieldProps, 'placeholder' | 'narrow'> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One of several; a value that is none of them, from a definition of somebody else's, is shown as it is. */
export function ChoiceField({ field, label, value, options, problemOf, hint, isDisabled = false, onChange }: ChoiceFieldProps) {
  const problem = problemOf(field);
  const id = idOf(field);
  const all = options.some((option) => option.value === value)
    ? options
    : [{ value, label: value === '' ? 'Choose one' : value }, ...options];
  return (
    <FormField id={id} label={label} {...said(problem, hint)}>
      <FormSelect
        id={id}
        className="gh-net-choice"
        value={value}
        isDisabled={isDisabled}
        validated={problem === undefined ? 'default' : problem.isError ? 'error' : 'warning'}
        aria-describedby={`${id}-help`}
        onChange={(_event, chosen) => onChange(chosen)}
      >
        {all.map((option) => (
          <FormSelectOption key={option.value} value={option.value} label={option.label} />
        ))}
      </FormSelect>
    </FormField>
  );
}

/** An error stands in place of the hint; a warning reads like one. */
function said(problem: ReturnType<ProblemOf>, hint: ReactNode) {
  if (problem?.isError === true) return { problem: problem.message };
  const text = problem?.message ?? hint;
  return text === undefined ? {} : { hint: text };
}

export const idOf = (field: string): string => `network-${field.replaceAll('.', '-')}`;

interface Column<Row> {
  readonly key: keyof Row & string;
  readonly label: string;
  readonly placeholder: string;
}

interface RowsFieldProps<Row> {
  readonly field: string;
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly empty: Row;
  /** What one row is called: "range". */
  readonly one: string;
  readonly problemOf: ProblemOf;
  readonly hint?: ReactNode;
  onChange(rows: Row[]): void;
}

/** A list to which lines of text can be added. */
export function RowsField<Row extends { readonly [Key in keyof Row]: string }>({
  field,
  label,
  rows,
  columns,
  empty,
  one,
  problemOf,
  hint,
  onChange,
}: RowsFieldProps<Row>) {
  const whole = problemOf(field);
  const edit = (at: number, key: keyof Row, text: string) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, [key]: text } : row)));
  return (
    <FormField id={idOf(field)} label={label} role="group" {...said(whole, rows.length === 0 ? hint : undefined)}>
      <div className="gh-net-rows">
        {rows.map((row, at) => {
          const problems = columns.flatMap(({ key }) => problemOf(`${field}.${at}.${key}`) ?? []);
          return (
            // Lines have no names; those that are added come last.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={at} className="gh-net-row">
              <div className="gh-net-row__inputs">
                {columns.map(({ key, label: name, placeholder }) => {
                  const problem = problemOf(`${field}.${at}.${key}`);
                  return (
                    <TextInput
                      key={key}
                      id={idOf(`${field}.${at}.${key}`)}
                      value={row[key]}
                      aria-label={`${name}, ${one} ${at + 1}`}
                      aria-describedby={`${idOf(`${field}.${at}`)}-help`}
                      placeholder={placeholder}
                      autoComplete="off"
                      spellCheck={false}
                      validated={problem === undefined ? 'default' : problem.isError ? 'error' : 'warning'}
                      onChange={(_event, text) => edit(at, key, text)}
                    />
                  );
                })}
                <Button
                  variant="plain"
                  aria-label={`Remove ${one} ${at + 1}`}
                  icon={<TrashIcon />}
                  onClick={() => onChange(rows.filter((_, index) => index !== at))}
                />
              </div>
              <div
                id={`${idOf(`${field}.${at}`)}-help`}
                className="gh-net-row__problem"
                aria-live="polite"
                data-error={problems.some(({ isError }) => isError)}
              >
                {problems[0]?.message}
              </div>
            </div>
          );
        })}
      </div>
      <Button variant="link" isInline icon={<PlusIcon />} onClick={() => onChange([...rows, empty])}>
        {`Add ${one}`}
      </Button>
    </FormField>
  );
}
