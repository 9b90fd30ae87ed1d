import './spice.css';
import { Button, Progress, ProgressMeasureLocation } from '@patternfly/react-core';
import { FileUploadIcon } from '@patternfly/react-icons/dist/esm/icons/file-upload-icon';
import { useState, useSyncExternalStore } from 'react';
import { ForeignText } from '../../../ui/foreign-text.tsx';
import { useScreenContext } from '../console-context.ts';
import { ToolbarPopover } from '../toolbar-popover.tsx';
import type { FileTransfer } from './agent/agent-files.ts';
import { extrasOf, type SpiceExtras } from './spice-extras.ts';

/** What only SPICE has in the toolbar: the guest's sound, and the files that were dropped into it. */
export function SpiceControls() {
  const { screen } = useScreenContext();
  const extras = screen === null ? null : extrasOf(screen);
  return extras === null ? null : <Controls extras={extras} />;
}

function Controls({ extras }: { readonly extras: SpiceExtras }) {
  const { hasSound, isSilent, transfers } = useSyncExternalStore(extras.subscribe, extras.getFacts);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {hasSound && (
        <Button variant="secondary" size="sm" aria-pressed={isSilent} onClick={() => extras.setSilent(!isSilent)}>
          {isSilent ? 'Sound is off' : 'Sound is on'}
        </Button>
      )}
      {transfers.length > 0 && (
        <ToolbarPopover
          title="Files for the guest"
          label={`Files for the guest: ${summaryOf(transfers)}`}
          icon={<FileUploadIcon />}
          isOpen={isOpen}
          onOpenChange={setOpen}
          body={<TransferList transfers={transfers} onRemove={(id) => extras.removeTransfer(id)} />}
        >
          {summaryOf(transfers)}
        </ToolbarPopover>
      )}
    </>
  );
}

function TransferList({ transfers, onRemove }: { readonly transfers: readonly FileTransfer[]; readonly onRemove: (id: number) => void }) {
  return (
    <ul className="gh-spice-files">
      {transfers.map((transfer) => (
        <li key={transfer.id} className="gh-spice-files__one">
          <Progress
            size="sm"
            title={<ForeignText text={transfer.name} />}
            aria-label={`Copying ${transfer.name}`}
            value={percentOf(transfer)}
            measureLocation={ProgressMeasureLocation.outside}
            {...(transfer.state.kind === 'failed' && { variant: 'danger' as const, helperText: transfer.state.reason })}
            {...(transfer.state.kind === 'done' && { variant: 'success' as const })}
          />
          <Button variant="link" size="sm" isInline onClick={() => onRemove(transfer.id)}>
            {isUnderWay(transfer) ? 'Cancel' : 'Remove'}
          </Button>
        </li>
      ))}
    </ul>
  );
}

const isUnderWay = ({ state }: FileTransfer): boolean => state.kind === 'waiting' || state.kind === 'sending';

function percentOf({ size, state }: FileTransfer): number {
  if (state.kind === 'done') return 100;
  return state.kind === 'sending' && size > 0 ? Math.floor((100 * state.sent) / size) : 0;
}

function summaryOf(transfers: readonly FileTransfer[]): string {
  const underWay = transfers.filter(isUnderWay).length;
  const failed = transfers.filter(({ state }) => state.kind === 'failed').length;
  if (underWay > 0) return underWay === 1 ? 'Copying a file' : `Copying ${underWay} files`;
  if (failed > 0) return failed === 1 ? 'A file was not copied' : `${failed} files were not copied`;
  return transfers.length === 1 ? 'File copied' : `${transfers.length} files copied`;
}
