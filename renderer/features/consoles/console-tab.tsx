import './consoles.css';
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { PlugIcon } from '@patternfly/react-icons/dist/esm/icons/plug-icon';
import { useState } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import { useGuest, useGuestDetails } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { Unread } from '../../ui/unread.tsx';
import { useConnectsByItself } from './connects-by-itself.ts';
import { isSameGuest, useConsolePlaces, useSurroundings } from './console-places.ts';
import { GuestConsoles, LoadingConsoles } from './guest-consoles.tsx';
import { GuestOff } from './guest-off.tsx';
import { TornOff } from './torn-off.tsx';

interface ConsoleTabProps {
  readonly guest: GuestRef;
  /** It is in front: keys that are not the console's may be meant for it. */
  readonly isCurrent?: boolean;
}

/** The consoles of one guest. Unless the person wants otherwise they connect by themselves whenever it runs. */
export function ConsoleTab({ guest: ref, isCurrent = true }: ConsoleTabProps) {
  const { data: guest } = useGuest(ref);
  const { data: details, error, refetch } = useGuestDetails(ref);
  const surroundings = useSurroundings();
  const places = useConsolePlaces();
  const [byItself] = useConnectsByItself(ref);
  const [isWanted, setWanted] = useState(false);

  const problem = useReadFault(ref.host, error);
  // A console that is open goes on, whatever could not be read anew.
  if (guest === undefined || details === undefined) {
    return <Unread {...problem} label="Reading the consoles" onRetry={() => void refetch()} />;
  }
  if (surroundings === 'page') {
    if (places === null) return <LoadingConsoles />;
    if (places.some(({ guests }) => guests.some((one) => isSameGuest(one, ref)))) return <TornOff guest={ref} />;
  }
  if (!isOn(guest)) return <GuestOff host={ref} guest={guest} />;
  if (details.consoles.length === 0) return <NoConsole />;
  // Who opened a window for it has asked for it.
  if (!byItself && !isWanted && surroundings === 'page') return <NotConnected onConnect={() => setWanted(true)} />;
  return <GuestConsoles guest={ref} name={guest.name} consoles={details.consoles} isCurrent={isCurrent} />;
}

const isOn = (guest: Guest): boolean => guest.state !== 'shut-off' && guest.state !== 'crashed';

const NoConsole = () => (
  <EmptyState headingLevel="h2" titleText="No console">
    <EmptyStateBody>This guest has neither a graphical nor a serial console.</EmptyStateBody>
  </EmptyState>
);

const NotConnected = ({ onConnect }: { readonly onConnect: () => void }) => (
  <EmptyState headingLevel="h2" icon={PlugIcon} titleText="Not connected">
    <EmptyStateBody>The consoles of this guest do not connect by themselves.</EmptyStateBody>
    <EmptyStateFooter>
      <EmptyStateActions>
        <Button onClick={onConnect}>Connect</Button>
      </EmptyStateActions>
    </EmptyStateFooter>
  </EmptyState>
);
