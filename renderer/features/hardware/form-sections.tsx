import { ExpandableSection, Form } from '@patternfly/react-core';
import { useState } from 'react';
import type { Difference } from '#model/hardware';
import { type Field, type FieldProblem, type FieldValues, isShown } from '#model/hardware-field';
import type { HostId } from '#model/host';
import { FieldRow } from './field-row.tsx';
import type { FormDraft, FormSubject } from './form-drafts.ts';

export interface FormSectionsProps {
  readonly form: string;
  readonly subject: FormSubject;
  readonly draft: FormDraft;
  readonly problems: readonly FieldProblem[];
  readonly running: FieldValues;
  readonly host: HostId;
  /** Why nothing here can be changed; the form says so once. */
  readonly blocked: string | null;
  /** A field of it is to be seen, folded away or not. */
  readonly wanted: string | null;
  /** Of a new device nothing is changed yet, whatever was typed. */
  readonly isNew?: boolean;
  effectOf(field: Field): Difference['effect'] | null;
  /** Why this one cannot be changed. */
  fixedOf(field: Field): string | null;
  onSubmit(): void;
}

/** All fields of a form, under their headings. */
export function FormSections(props: FormSectionsProps) {
  const { form, subject, draft, onSubmit } = props;
  const shown = subject.fields.filter((field) => isShown(field, draft.values));
  const sections = [...new Set(shown.map(({ section }) => section))].sort((one, other) => Number(one !== null) - Number(other !== null));
  return (
    <Form
      id={form}
      isHorizontal
      className="gh-hw-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {sections.map((section) => (
        <Section key={section} {...props} section={section} fields={shown.filter((field) => field.section === section)} />
      ))}
    </Form>
  );
}

type SectionProps = FormSectionsProps & { readonly section: string | null; readonly fields: readonly Field[] };

function Section({ section, fields, ...props }: SectionProps) {
  // A dialog's title is of the first level, a device's of the third.
  const Heading = props.isNew === true ? 'h2' : 'h4';
  const usual = fields.filter(({ advanced }) => !advanced);
  const advanced = fields.filter((field) => field.advanced);
  const rows = (some: readonly Field[]) => some.map((field) => <Row key={field.key} {...props} field={field} />);
  return (
    <section className="gh-hw-section" aria-label={section ?? undefined}>
      {section !== null && <Heading>{section}</Heading>}
      {rows(usual)}
      {advanced.length > 0 && (
        <Folded {...props} section={section} fields={advanced}>
          {rows(advanced)}
        </Folded>
      )}
    </section>
  );
}

function Row({
  form,
  subject,
  draft,
  problems,
  running,
  host,
  blocked,
  isNew = false,
  effectOf,
  fixedOf,
  field,
}: FormSectionsProps & { readonly field: Field }) {
  const { key } = field;
  return (
    <FieldRow
      form={form}
      field={field}
      value={draft.values[key] ?? null}
      before={subject.values[key] ?? null}
      running={running[key]}
      isChanged={!isNew && draft.changed.includes(field)}
      effect={effectOf(field)}
      problems={problems.filter((problem) => problem.field === key)}
      host={host}
      fixed={blocked ?? fixedOf(field)}
      onChange={(value) => draft.edit(key, value)}
      onReset={() => draft.reset(key)}
    />
  );
}

/** What few people need. It stays open where something in it was changed, is wrong, or was searched for. */
function Folded({ form, section, fields, draft, problems, wanted, children }: SectionProps & { readonly children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const needed = fields.some(
    (field) => field.key === wanted || draft.changed.includes(field) || problems.some((problem) => problem.field === field.key),
  );
  return (
    <ExpandableSection
      toggleId={`${form}-${section ?? ''}-more`}
      toggleText={section === null ? 'More settings' : `More settings: ${section}`}
      isExpanded={open || needed}
      onToggle={(_event, next) => setOpen(next)}
    >
      {(open || needed) && children}
    </ExpandableSection>
  );
}
