import { Alert, AlertActionLink, Spinner } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UsbOffer } from '#contract/usb';
import type { Fault } from '#model/fault';
import { onlyLook } from '#model/guest-action';
import type { GuestRef } from '#model/guest';
import { api } from '../../../api.ts';
import { faultOf } from '../../../data/fault-of.ts';
import { invalidate } from '../../../data/invalidate.ts';
import { guestKeys } from '../../../data/keys.ts';
import { useHost } from '../../../data/queries.ts';
import { useReadFault } from '../../../data/read-fault.ts';
import { FaultAlert } from '../../../ui/fault-alert.tsx';
import { ForeignText } from '../../../ui/foreign-text.tsx';
import { AwaitedDevice, UsbDeviceRow } from './usb-device-row.tsx';
import { useUsbOffer } from './usb-queries.ts';

interface UsbPanelProps {
  readonly guest: GuestRef;
  /** The host may only be looked at. */
  readonly look: boolean;
  readonly isOpen: boolean;
}

export function UsbPanel({ guest, look, isOpen }: UsbPanelProps) {
  const client = useQueryClient();
  const { data: offer, error, refetch } = useUsbOffer(guest, isOpen && !look);
  const { fault: unread } = useReadFault(guest.host, error);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  // What failed the last time is not said anew.
  if (!isOpen && fault !== null) setFault(null);
  const during = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      await work();
    } catch (failure) {
      const { code, ...rest } = faultOf(failure);
      // They said no themselves, to main.
      if (code !== 'cancelled') setFault({ code, ...rest });
    } finally {
      setBusy(false);
      invalidate(client, guestKeys.one(guest));
    }
  };

  if (look) return <p>{onlyLook}.</p>;
  if (unread !== null) return <FaultAlert fault={unread} onRetry={() => void refetch()} />;
  if (offer === undefined) return <Spinner size="md" aria-label="Reading the USB devices" />;
  return (
    <div className="gh-usb-panel">
      <WhoseDevices guest={guest} />
      {offer.sockets.kind !== 'present' && (
        <NoSockets offer={offer} busy={busy} onAdd={() => void during(() => api.usb.addSockets({ guest }))} />
      )}
      {offer.devices.length === 0 && <p>Nothing is plugged into the host that could be given away. Hubs are not listed.</p>}
      {/* A stop for Tab: while everything in it is disabled, arrows scroll it. */}
      <ul className="gh-usb-panel__devices" aria-label="Devices" tabIndex={0}>
        {offer.devices.map((device) => (
          <UsbDeviceRow
            key={device.id}
            guest={guest}
            device={device}
            canAttach={offer.sockets.kind === 'present'}
            busy={busy}
            during={during}
          />
        ))}
        {offer.awaited.map((rule) => (
          <AwaitedDevice key={JSON.stringify(rule.identity)} guest={guest} rule={rule} busy={busy} during={during} />
        ))}
      </ul>
      {fault !== null && <FaultAlert fault={fault} />}
    </div>
  );
}

/** A device in one's hand is plugged in here; a guest elsewhere never sees it. */
function WhoseDevices({ guest }: { readonly guest: GuestRef }) {
  const host = useHost(guest.host);
  const road = host?.address.road;
  return (
    <p>
      These are the devices of the host “
      <ForeignText text={host?.name ?? ''} />”{isElsewhere(road) && ', not of this computer: plug yours in there'}. What is ticked is
      plugged into the guest, and gone from the host.
    </p>
  );
}

/** An address that was typed may lead anywhere. */
const isElsewhere = (road: string | undefined): boolean => road === 'ssh' || road === 'tls' || road === 'tcp';

function NoSockets({ offer, busy, onAdd }: { readonly offer: UsbOffer; readonly busy: boolean; readonly onAdd: () => void }) {
  if (offer.sockets.kind === 'next-start') {
    return (
      <Alert variant="warning" isInline component="p" title="The USB controller comes with the guest’s next start">
        Shut the guest down and start it anew; a reboot is not enough.
      </Alert>
    );
  }
  const add = (
    <AlertActionLink isDisabled={busy} onClick={onAdd}>
      Add a USB controller
    </AlertActionLink>
  );
  return (
    <Alert variant="warning" isInline component="p" title="This guest takes no USB devices" actionLinks={add}>
      It has no USB controller. One can be added to its definition, and is there from its next start on.
    </Alert>
  );
}
