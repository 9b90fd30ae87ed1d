import {
  Alert,
  Button,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import { type Pool, VolumeName } from '#model/storage';
import { faultOf } from '../../data/fault-of.ts';
import { useVolumes } from '../../data/queries.ts';
import { uploadNew, type ChosenImage } from '../../data/volume-verbs.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';

interface UploadDialogProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly chosen: ChosenImage;
  onClose(): void;
}

/** What the file is, where it goes, and what it will be called there. */
export function UploadDialog({ host, pool, chosen, onClose }: UploadDialogProps) {
  const { image } = chosen;
  const volumes = useVolumes(host, pool.name);
  const [name, setName] = useState(() => readableText(image.name).replace(/^[.\s-]+/, ''));
  const [starting, setStarting] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const verdict = VolumeName.safeParse(name);
  const taken = volumes.data?.some((volume) => volume.name === name) === true;
  const problem = taken ? 'The pool has a volume of that name already.' : verdict.success ? null : `${verdict.error.issues[0]?.message}.`;

  const start = async () => {
    if (problem !== null) return;
    setStarting(true);
    try {
      await uploadNew(host, { pool: pool.name, name }, chosen);
      onClose();
    } catch (error) {
      setFault(faultOf(error));
      setStarting(false);
    }
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="upload-title">
      <ModalHeader title={`Upload to “${readableText(pool.name)}”`} labelId="upload-title" />
      <ModalBody>
        {fault !== null && <FaultAlert fault={fault} />}
        <dl className="gh-upload">
          <dt>File</dt>
          <dd className="gh-path">
            <ForeignText text={image.name} />
          </dd>
          <dt>Format</dt>
          <dd>{image.format}</dd>
          <dt>Size of the file</dt>
          <dd>{formatBytes(image.size)}</dd>
          <dt>Size of the disk</dt>
          <dd>{formatBytes(image.capacity)}</dd>
          <dt>Free in the pool</dt>
          <dd>{formatBytes(pool.available)}</dd>
        </dl>
        {image.size > pool.available && (
          <Alert variant="warning" component="p" isInline isPlain title="The file is larger than what is free">
            It fits only if it has holes enough: stretches of zeros take no room.
          </Alert>
        )}
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <FormGroup label="Name of the volume" fieldId="upload-name">
            <TextInput
              id="upload-name"
              value={name}
              validated={problem === null ? 'default' : 'error'}
              aria-describedby="upload-name-help"
              onChange={(_event, value) => setName(value)}
              spellCheck={false}
              autoFocus
            />
            <FormHelperText>
              <HelperText id="upload-name-help" isLiveRegion>
                {problem !== null && <HelperTextItem variant="error">{problem}</HelperTextItem>}
              </HelperText>
            </FormHelperText>
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isDisabled={problem !== null || starting} isLoading={starting} onClick={() => void start()}>
          Upload
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
