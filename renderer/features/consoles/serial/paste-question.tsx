import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';

interface PasteQuestionProps {
  readonly text: string;
  readonly onPaste: () => void;
  readonly onCancel: () => void;
}

/** As much as anybody would look through, in UTF-16 units: a clipboard may hold megabytes. */
const SHOWN = 20_000;

/** Lines that are pasted run at once: the person sees them first. */
export function PasteQuestion({ text, onPaste, onCancel }: PasteQuestionProps) {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return (
    <Modal variant="medium" isOpen onClose={onCancel} aria-labelledby="paste-title" aria-describedby="paste-text">
      <ModalHeader
        title={`Paste ${lines === 1 ? 'this line' : `${lines} lines`} into the guest?`}
        labelId="paste-title"
        description="Each line end runs what stands before it."
      />
      <ModalBody tabIndex={0} role="region" aria-label="Text to paste">
        <pre id="paste-text" className="gh-paste">
          {text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}\n… and ${text.length - SHOWN} more characters`}
        </pre>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onPaste}>
          Paste
        </Button>
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
