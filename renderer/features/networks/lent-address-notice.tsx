import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { NetworkId } from '#model/network';
import { changePermission } from '../../data/change-permission.ts';
import { faultOf } from '../../data/fault-of.ts';
import { fixLease } from '../../data/networks.ts';
import { useHost } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';

export interface LentAddress {
  readonly network: NetworkId;
  readonly mac: string;
  readonly ip: string;
}

/** Of an address that its guest may lose again: why that matters for a forwarded port, and the way to make it the guest's own. */
export function LentAddressNotice({ host, lent }: { readonly host: HostId; readonly lent: LentAddress }) {
  const permission = changePermission(useHost(host));
  const [state, setState] = useState<'lent' | 'fixing' | 'fixed'>('lent');
  const [fault, setFault] = useState<Fault | null>(null);
  const fix = async () => {
    if (state !== 'lent') return;
    setState('fixing');
    setFault(null);
    try {
      await fixLease(host, lent.network, lent);
      setState('fixed');
    } catch (error) {
      setFault(faultOf(error));
      setState('lent');
    }
  };
  return (
    <div aria-live="polite">
      {fault !== null && <FaultAlert fault={fault} />}
      {state === 'fixed' ? (
        <Alert variant="success" component="p" isInline isPlain title={`${lent.ip} is this guest’s own from now on.`} />
      ) : (
        <Alert
          variant="warning"
          component="p"
          isInline
          isPlain
          title="This address is only lent"
          actionLinks={
            permission.allowed && (
              <AlertActionLink isLoading={state === 'fixing'} onClick={() => void fix()}>
                Fix the address first
              </AlertActionLink>
            )
          }
        >
          The guest may get another one, and the port would then lead to nobody, or to another guest.
          {!permission.allowed && ` It cannot be fixed here: ${permission.why}.`}
        </Alert>
      )}
    </div>
  );
}
