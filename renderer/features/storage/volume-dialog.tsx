import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { CloneDialog } from './clone-dialog.tsx';
import { CreateVolumeDialog } from './create-volume-dialog.tsx';
import { ResizeDialog } from './resize-dialog.tsx';
import type { VolumeDialogVerb } from './volume-menu.tsx';
import type { VolumeRow } from './volume-row.ts';
import { WipeDialog } from './wipe-dialog.tsx';

interface VolumeDialogProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly verb: VolumeDialogVerb;
  readonly row: VolumeRow;
  onClose(): void;
}

/** What is to be known before a volume is changed. */
export function VolumeDialog({ host, pool, verb, row, onClose }: VolumeDialogProps) {
  if (verb === 'resize') return <ResizeDialog host={host} pool={pool} row={row} onClose={onClose} />;
  if (verb === 'clone') return <CloneDialog host={host} row={row} onClose={onClose} />;
  if (verb === 'wipe') return <WipeDialog host={host} row={row} onClose={onClose} />;
  return <CreateVolumeDialog host={host} pool={pool} base={row.volume} onClose={onClose} />;
}
