import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { GuestTemplate } from '#model/guest-template';
import { faultOf } from '../../data/fault-of.ts';
import { removeTemplate, useTemplates } from '../../data/templates.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { Field } from './field.tsx';

interface TemplatePickerProps {
  readonly onPick: (template: GuestTemplate) => void;
}

/** A template to begin from. Who has none is not asked. */
export function TemplatePicker({ onPick }: TemplatePickerProps) {
  const { data = [], error, refetch } = useTemplates();
  const [picked, pick] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const remove = async (): Promise<void> => {
    setFault(null);
    try {
      await removeTemplate(picked);
      pick('');
    } catch (why) {
      const found = faultOf(why);
      setFault(found.code === 'cancelled' ? null : found);
    }
  };
  if (error !== null) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (data.length === 0) return null;
  return (
    <>
      <Field id="template" label="Template">
        <div className="gh-create__buttons">
          <FormSelect
            id="template"
            className="gh-create__short"
            value={picked}
            aria-describedby="template-help"
            onChange={(_event, name) => {
              const template = data.find((one) => one.name === name);
              pick(name);
              if (template !== undefined) onPick(template);
            }}
          >
            <FormSelectOption value="" label="None" />
            {data.map(({ name }) => (
              <FormSelectOption key={name} value={name} label={readableText(name)} />
            ))}
          </FormSelect>
          {picked !== '' && (
            <Button variant="link" isInline onClick={() => void remove()}>
              Delete the template…
            </Button>
          )}
        </div>
      </Field>
      {fault !== null && <FaultAlert fault={fault} />}
    </>
  );
}
