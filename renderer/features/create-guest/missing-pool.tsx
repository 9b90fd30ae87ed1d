import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import type { CreationOffer } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { provideLabel, useDefaultPool } from '../../data/default-pool.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';

interface MissingPoolProps {
  readonly host: HostId;
  readonly offer: CreationOffer;
  /** The pool that was asked for here is there. */
  readonly onProvided: () => void;
  /** What it is to keep. */
  readonly keeps?: 'a disk' | 'the files';
}

/** A host fresh from its installation has no pool, and a guest without a disk forgets everything: says so, and offers the usual one. */
export function MissingPool({ host, offer, onProvided, keeps = 'a disk' }: MissingPoolProps) {
  const missing = offer.pools.every(({ active }) => !active);
  const { proposal, providing, fault, provide } = useDefaultPool(host, missing);
  const asked = useRef(false);
  useEffect(() => {
    if (missing || !asked.current) return;
    asked.current = false;
    onProvided();
  }, [missing, onProvided]);

  if (!missing) return null;
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
        {keeps === 'a disk' && 'Without a disk, the guest forgets everything when it is shut down.'}
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
