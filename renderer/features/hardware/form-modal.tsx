import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { fieldProblems } from '#model/hardware-field';
import type { HostId } from '#model/host';
import { type FormDraft, type FormSubject, type Refusal, standing } from './form-drafts.ts';
import { FormSections } from './form-sections.tsx';

interface FormModalProps {
  readonly subject: FormSubject;
  readonly draft: FormDraft;
  readonly help: string | null;
  readonly host: HostId;
  readonly refusal: Refusal | null;
  readonly head?: ReactNode;
  /** Why it cannot be; null: it can. */
  readonly unavailable: string | null;
  onReview(): void;
  onClose(): void;
}

/** A small form over the page: for a new device, or for what can be done with one. */
export function FormModal({ subject, draft, help, host, refusal, head, unavailable, onReview, onClose }: FormModalProps) {
  const [pressed, setPressed] = useState(false);
  const all = fieldProblems(subject.fields, draft.values);
  // What nobody has touched is not wrong before one tries to go on.
  const own = pressed ? all : all.filter(({ field }) => field in draft.mine);
  const problems = [...own, ...standing(refusal, draft)];
  const review = () => {
    setPressed(true);
    if (unavailable !== null) return;
    if (all.length === 0) return onReview();
    // What is wrong is marked with the next painting.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`#${FORM} [aria-invalid="true"]`)?.focus());
  };
  return (
    <Modal
      variant="medium"
      isOpen
      onClose={onClose}
      aria-labelledby="hw-modal-title"
      elementToFocus={`#${FORM} :is(input, select, textarea, button)`}
    >
      <ModalHeader title={subject.title} labelId="hw-modal-title" description={help} />
      <ModalBody className="gh-hw-modal">
        {head}
        {unavailable !== null && <Alert variant="warning" component="p" isInline isPlain title={unavailable} />}
        <FormSections
          form={FORM}
          subject={subject}
          draft={draft}
          problems={problems}
          running={{}}
          host={host}
          blocked={null}
          wanted={null}
          isNew
          effectOf={() => null}
          fixedOf={({ fixed }) => fixed}
          onSubmit={review}
        />
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={FORM} isAriaDisabled={unavailable !== null}>
          Review…
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

const FORM = 'hw-modal';
