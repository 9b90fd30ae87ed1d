import { Button, Modal, ModalBody, ModalFooter, ModalHeader, Skeleton, Spinner } from '@patternfly/react-core';
import { lazy, Suspense, useState } from 'react';
import type { GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { usePreview } from './use-preview.ts';

// The editor is large, and few want it.
const CodeEditor = lazy(async () => ({ default: (await import('../../ui/code-editor.tsx')).CodeEditor }));

interface CustomiseDialogProps {
  readonly host: HostId;
  readonly spec: GuestSpec;
  /** The person's own, as it was left; null: there is none. */
  readonly definition: string | null;
  readonly onDefinition: (definition: string | null) => void;
  readonly onClose: () => void;
}

/** The definition of the guest before it exists, to be changed by hand. */
export function CustomiseDialog({ host, spec, definition, onDefinition, onClose }: CustomiseDialogProps) {
  const { data, error, refetch } = usePreview(host, spec);
  const [text, setText] = useState(definition);
  const [round, setRound] = useState(0);
  const proposed = data?.definition ?? null;
  return (
    <Modal variant="large" isOpen onClose={onClose} aria-labelledby="customise-title" aria-describedby="customise-about">
      <ModalHeader
        title="Customise first"
        labelId="customise-title"
        description={
          <span id="customise-about">
            The guest’s definition, as the host will get it. Its name and its disks are made by the wizard and stay as they are.
          </span>
        }
      />
      <ModalBody>
        {error !== null && proposed === null && <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />}
        {error === null && proposed === null && <Skeleton height="20rem" screenreaderText="Asking for the definition" />}
        {proposed !== null && (
          <Suspense fallback={<Spinner size="lg" aria-label="Loading the editor" />}>
            <CodeEditor key={round} language="xml" text={text ?? proposed} label="Definition" onChange={setText} />
          </Suspense>
        )}
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={proposed === null}
          onClick={() => {
            onDefinition(text === null || text === proposed ? null : text);
            onClose();
          }}
        >
          Use this definition
        </Button>
        <Button
          variant="secondary"
          isDisabled={text === null}
          onClick={() => {
            setText(null);
            setRound(round + 1);
          }}
        >
          Back to what the wizard proposes
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
