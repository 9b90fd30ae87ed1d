import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useRef, useState, type ReactNode } from 'react';
import type { Fault } from '#model/fault';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';

interface FormDialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** What the button says. */
  readonly submit: string;
  readonly danger?: boolean;
  /** Many fields: their labels stand beside them. */
  readonly wide?: boolean;
  /** Nothing is wrong with what was typed. */
  readonly ready: boolean;
  /** The fields; `pressed`: it was tried to send them, so all that is missing is to be seen. */
  readonly children: (pressed: boolean) => ReactNode;
  /** Rejects with what stands against it; the dialog stays, with all that was typed. */
  run(): Promise<unknown>;
  onClose(): void;
}

/** A form over the page. What it starts is a task and tells of itself; the dialog waits only until it is accepted. */
export function FormDialog({ title, description, submit, danger = false, wide = false, ready, children, run, onClose }: FormDialogProps) {
  const id = useId();
  const body = useRef<HTMLFormElement>(null);
  const [pressed, setPressed] = useState(false);
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  const send = async () => {
    if (running) return;
    setPressed(true);
    if (!ready) {
      // What is wrong is marked with the next painting.
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setRunning(true);
    setFault(null);
    try {
      await run();
      onClose();
    } catch (error) {
      const why = faultOf(error);
      // Main asked, and the person thought better of it.
      setFault(why.code === 'cancelled' ? null : why);
      setRunning(false);
    }
  };
  return (
    <Modal
      variant={wide ? 'medium' : 'small'}
      isOpen
      onClose={onClose}
      aria-labelledby={`${id}-title`}
      elementToFocus={`#${CSS.escape(id)} :is(input, select, textarea)`}
    >
      <ModalHeader title={title} labelId={`${id}-title`} description={description} />
      <ModalBody>
        {fault !== null && <FaultAlert fault={fault} />}
        <Form
          ref={body}
          id={id}
          className="gh-dialog"
          isHorizontal={wide}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          {children(pressed)}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={id} variant={danger ? 'danger' : 'primary'} isDisabled={running} isLoading={running}>
          {submit}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
