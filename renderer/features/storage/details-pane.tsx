import { useState } from 'react';
import type { HostId } from '#model/host';
import type { StorageUses } from '#model/storage-use';
import { useRemembered } from '../../data/remembered.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { SplitHandle } from '../../ui/split-handle.tsx';
import { VolumeDetails } from './volume-details.tsx';
import type { VolumeRow } from './volume-row.ts';

const [LOWEST, USUAL, HIGHEST] = [140, 250, 600];
const isHeight = (value: unknown): value is number => typeof value === 'number' && value >= LOWEST && value <= HIGHEST;

interface DetailsPaneProps {
  readonly host: HostId;
  readonly row: VolumeRow;
  readonly uses: StorageUses | undefined;
  onClose(): void;
}

/** The details of a volume below the table, as high as the person likes. */
export function DetailsPane({ host, row, uses, onClose }: DetailsPaneProps) {
  const [height, setHeight] = useRemembered('storage.details', USUAL, isHeight);
  const [dragged, setDragged] = useState<number | null>(null);
  return (
    <>
      <SplitHandle
        label="Height of the details"
        orientation="horizontal"
        value={dragged ?? height}
        min={LOWEST}
        max={HIGHEST}
        controls="volume-details"
        onMove={setDragged}
        onDone={(size) => {
          setDragged(null);
          setHeight(size);
        }}
      />
      <section
        id="volume-details"
        className="gh-details"
        aria-label={`Details of ${readableText(row.volume.name)}`}
        style={{ blockSize: dragged ?? height }}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      >
        <VolumeDetails host={host} row={row} uses={uses} onClose={onClose} />
      </section>
    </>
  );
}
