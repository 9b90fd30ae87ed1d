import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import type { Fault } from '#model/fault';
import type { GuestSpec } from '#model/guest-spec';
import { TemplateName } from '#model/guest-template';
import { faultOf } from '../../data/fault-of.ts';
import { saveTemplate } from '../../data/templates.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import type { Draft } from './draft.ts';
import { Field } from './field.tsx';
import { templateOf } from './template-draft.ts';

interface SaveTemplateProps {
  readonly draft: Draft;
  readonly spec: GuestSpec | null;
}

/** Keeps what was chosen, for guests to come. */
export function SaveTemplate({ draft, spec }: SaveTemplateProps) {
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState<string | null>(null);
  return (
    <div>
      <Button variant="link" isInline isDisabled={spec === null} onClick={() => setOpen(true)}>
        Save as a template…
      </Button>{' '}
      <span role="status">{saved !== null && `Saved as “${saved}”.`}</span>
      {open && spec !== null && (
        <SaveDialog
          draft={draft}
          spec={spec}
          onClose={(name) => {
            setOpen(false);
            if (name !== null) setSaved(name);
          }}
        />
      )}
    </div>
  );
}

interface SaveDialogProps {
  readonly draft: Draft;
  readonly spec: GuestSpec;
  /** The name under which it was saved; null: it was not. */
  readonly onClose: (name: string | null) => void;
}

function SaveDialog({ draft, spec, onClose }: SaveDialogProps) {
  const [name, setName] = useState('');
  const [saving, setSaving] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const verdict = TemplateName.safeParse(name);
  const problem = name === '' || verdict.success ? undefined : verdict.error.issues[0]?.message;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // It is drawn inside the wizard's form as React has it, and must not send that too.
    event.stopPropagation();
    if (!verdict.success) return;
    setSaving(true);
    setFault(null);
    try {
      await saveTemplate(templateOf(verdict.data, draft, spec));
      onClose(verdict.data);
    } catch (error) {
      const why = faultOf(error);
      setFault(why.code === 'cancelled' ? null : why);
      setSaving(false);
    }
  };
  return (
    <Modal variant="small" isOpen onClose={() => onClose(null)} aria-labelledby="template-title" elementToFocus="#template-name">
      <ModalHeader
        title="Save as a template"
        labelId="template-title"
        description="Machine, memory, processors, new disk and network. Not its name, what it begins with, nor anything of its first start."
      />
      <ModalBody>
        {fault !== null && <FaultAlert fault={fault} />}
        <Form id="save-template" onSubmit={(event) => void save(event)}>
          <Field id="template-name" label="Name of the template" problem={problem}>
            <TextInput
              id="template-name"
              value={name}
              autoComplete="off"
              spellCheck={false}
              aria-describedby="template-name-help"
              validated={problem === undefined ? 'default' : 'error'}
              onChange={(_event, text) => setName(text)}
            />
          </Field>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="save-template" isDisabled={!verdict.success || saving} isLoading={saving}>
          Save
        </Button>
        <Button variant="link" onClick={() => onClose(null)}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
