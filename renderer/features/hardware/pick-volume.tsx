import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import type { FieldOf } from '#model/hardware-field';
import type { HostId } from '#model/host';
import type { Volume } from '#model/storage';
import { faultOf } from '../../data/fault-of.ts';
import { usePools } from '../../data/queries.ts';
import { VolumeChoice } from '../../data/volume-choice.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';

type Picks = Exclude<NonNullable<FieldOf<'text'>['picks']>, 'system'>;

interface PickVolumeProps {
  readonly host: HostId;
  readonly picks: Picks;
  readonly label: string;
  onPick(path: string): void;
}

/** A button that leads to what the host stores, for a field that takes a path of it. */
export function PickVolume(props: PickVolumeProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="secondary" aria-label={`Choose for: ${props.label}`} onClick={() => setOpen(true)}>
        Choose…
      </Button>
      {open && <PickDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

const words: Readonly<Record<Picks, string>> = { disk: 'volume', disc: 'disc image', folder: 'folder' };

function PickDialog({ host, picks, label, onPick, onClose }: PickVolumeProps & { onClose(): void }) {
  const pools = usePools(host);
  const [chosen, choose] = useState<Volume | null>(null);
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="pick-title">
      <ModalHeader title={`Choose a ${words[picks]}`} labelId="pick-title" description={`${label}: what the pools of the host have.`} />
      <ModalBody>
        {pools.error !== null && pools.data === undefined && (
          <FaultAlert fault={faultOf(pools.error)} onRetry={() => void pools.refetch()} />
        )}
        {pools.data === undefined && pools.error === null && <SkeletonRows label="Reading the pools" />}
        {pools.data !== undefined && (
          <VolumeChoice
            id="pick"
            label={words[picks]}
            host={host}
            pools={pools.data}
            chosen={chosen}
            filter={meant[picks]}
            onChoose={choose}
          />
        )}
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={chosen === null}
          onClick={() => {
            if (chosen !== null) onPick(chosen.path);
            onClose();
          }}
        >
          Choose
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** What a pool tells of a volume is no proof of what is in it: a disc is told by its name, all else is left to the person. */
const meant: Readonly<Record<Picks, (volume: Volume) => boolean>> = {
  disk: ({ folder }) => !folder,
  disc: ({ name, format, folder }) => !folder && (format === 'iso' || /\.(iso|img)$/i.test(name)),
  folder: ({ folder }) => folder,
};
