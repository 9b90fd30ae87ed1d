import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';

interface AloneQuestionProps {
  readonly onTake: () => void;
  readonly onCancel: () => void;
}

/** A screen is shared unless the person says otherwise: whoever else works with it would be thrown out. */
export function AloneQuestion({ onTake, onCancel }: AloneQuestionProps) {
  return (
    <Modal variant="small" isOpen onClose={onCancel} aria-labelledby="alone-title" aria-describedby="alone-text">
      <ModalHeader title="Take this screen for yourself?" labelId="alone-title" />
      <ModalBody id="alone-text">
        Everyone else who has it open loses it now, in the middle of what they do, and nobody gets in until you share it again or leave.
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onTake}>
          Take it
        </Button>
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
