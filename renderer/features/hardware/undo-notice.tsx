import { Button } from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { useState } from 'react';
import type { GuestRef } from '#model/guest';
import type { GuestHardware, HardwareChange } from '#model/hardware';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { useApplication } from './review-dialog.tsx';
import type { Wished } from './wished.ts';

/** What was done last. */
export interface Done {
  readonly title: string;
  /** Null: it cannot be taken back. */
  readonly undo: HardwareChange | null;
}

interface UndoNoticeProps {
  readonly guestRef: GuestRef;
  readonly name: string;
  readonly hardware: Pick<GuestHardware, 'revision' | 'running'>;
  readonly done: Done;
  onReview(wished: Wished): void;
  onClose(): void;
}

/**
 * Takes the last change back in one press, as long as nothing else has become of the guest. After that it is reviewed: the definition from
 * before knows nothing of what others did since.
 */
export function UndoNotice({ guestRef, name, hardware, done: { title, undo }, onReview, onClose }: UndoNoticeProps) {
  const [since] = useState(hardware.revision);
  const application = useApplication(guestRef, name, hardware.running);
  const press = async (change: HardwareChange) => {
    if (hardware.revision !== since) return onReview({ change, title: `Undo: ${title}`, undoable: false, done: onClose });
    if (await application.run({ change, base: since, when: 'as-soon-as-possible' })) onClose();
  };
  return (
    <>
      {application.fault !== null && <FaultAlert fault={application.fault} />}
      <p className="gh-hw-undo">
        <span>{`Done: ${title}.`}</span>
        {undo === null ? (
          <span className="gh-subtle">This cannot be undone here.</span>
        ) : (
          <Button
            variant="link"
            size="sm"
            isInline
            isDisabled={application.running}
            isLoading={application.running}
            onClick={() => void press(undo)}
          >
            {hardware.revision === since ? 'Undo' : 'Undo…'}
          </Button>
        )}
        <Button variant="plain" size="sm" icon={<TimesIcon />} aria-label="Close" onClick={onClose} />
      </p>
    </>
  );
}
