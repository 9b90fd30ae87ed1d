import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { PowerOffIcon } from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import { canGuest } from '#model/guest-action';
import type { Guest, GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { abilitiesOf } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';

/** Stands where the consoles of a guest will be once it runs. */
export function GuestOff({ host: ref, guest }: { readonly host: GuestRef; readonly guest: Guest }) {
  const [starting, setStarting] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const permission = canGuest(guest, 'start', abilitiesOf(useHost(ref.host)));

  const start = async (): Promise<void> => {
    setStarting(true);
    setFault(null);
    try {
      await api.guests.act({ guest: ref, action: 'start' });
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setStarting(false);
    }
  };
  return (
    <EmptyState headingLevel="h2" icon={PowerOffIcon} titleText="The guest is off">
      <EmptyStateBody>Its consoles appear here as soon as it runs.</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button isDisabled={!permission.allowed} isLoading={starting} onClick={() => void start()}>
            Start
          </Button>
        </EmptyStateActions>
        {fault !== null && <FaultAlert fault={fault} />}
      </EmptyStateFooter>
    </EmptyState>
  );
}
