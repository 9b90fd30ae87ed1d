import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import { provideLabel, useDefaultPool } from '../../data/default-pool.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { keepsFiles, roomyPools } from './pool-room.ts';
import { bringsDisk, isContainer, isUnpacked, sourceKind } from './source.ts';
import type { StepProps } from './step-props.ts';

/** A host fresh from its installation has no pool, and a guest without a disk forgets everything: says so, and offers the usual one. */
export function MissingPool({ host, offer, draft, fields, onEdit }: StepProps) {
  const kind = sourceKind(draft);
  const keeps = isContainer(kind) ? 'the files' : 'a disk';
  const pools = roomyPools(offer.pools);
  const missing = keeps === 'a disk' ? pools.length === 0 : !pools.some(keepsFiles);
  const wanted = isContainer(kind) ? isUnpacked(draft) : bringsDisk(kind) ? fields.copy : fields.disk !== 'volume';
  const { proposal, providing, fault, provide } = useDefaultPool(host, missing && wanted);
  const asked = useRef(false);
  useEffect(() => {
    if (missing || !asked.current) return;
    asked.current = false;
    if (!isContainer(kind) && !bringsDisk(kind)) onEdit({ disk: 'new' });
  }, [missing, kind, onEdit]);

  if (!missing || !wanted) return null;
  if (fault !== null) return <FaultAlert fault={fault} onRetry={provide} />;
  return (
    <Alert
      isInline
      variant="warning"
      component="p"
      title={`This host has no active storage pool to keep ${keeps} in`}
      actionLinks={
        proposal !== null && (
          <AlertActionLink
            isDisabled={providing}
            onClick={() => {
              asked.current = true;
              provide();
            }}
          >
            {provideLabel(proposal)}
          </AlertActionLink>
        )
      }
    >
      <p>
        {bringsDisk(kind)
          ? 'A copy needs one that the host can make disks in.'
          : keeps === 'a disk' && 'Without a disk, the guest forgets everything when it is shut down.'}
        {proposal !== null && (
          <>
            {' '}
            The usual pool, “{proposal.name}”, is the folder <ForeignText text={proposal.path} />.
          </>
        )}
      </p>
    </Alert>
  );
}
