import './consoles.css';
import { Bullseye, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Spinner } from '@patternfly/react-core';
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { PowerOffIcon } from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { canGuest, onlyLook } from '#model/guest-action';
import type { Guest, GuestRef } from '#model/guest';
import { type GuestConsole, isDisplay } from '#model/guest-console';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { abilitiesOf } from '../../data/change-permission.ts';
import { useGuest, useGuestDetails, useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { Unread } from '../../ui/unread.tsx';
import type { Fault } from '#model/fault';

// noVNC and xterm are most of a megabyte, and most pages show neither.
const ScreenView = lazy(async () => ({ default: (await import('./screen-view.tsx')).ScreenView }));
const SerialView = lazy(async () => ({ default: (await import('./serial/serial-view.tsx')).SerialView }));

/** The consoles of one guest. They connect by themselves whenever it runs. */
export function ConsoleTab({ guest: ref }: { readonly guest: GuestRef }) {
  const { data: guest } = useGuest(ref);
  const { data: details, error, refetch } = useGuestDetails(ref);

  const problem = useReadFault(ref.host, error);
  if (guest === undefined || details === undefined || problem.fault !== null) {
    return <Unread {...problem} label="Reading the consoles" onRetry={() => void refetch()} />;
  }
  if (!isOn(guest)) return <Off host={ref} guest={guest} />;
  if (details.consoles.length === 0) return <NoConsole />;
  return <Consoles guest={ref} consoles={details.consoles} />;
}

const isOn = (guest: Guest): boolean => guest.state !== 'shut-off' && guest.state !== 'crashed';

const Loading = () => (
  <Bullseye>
    <Spinner aria-label="Loading the consoles" />
  </Bullseye>
);

const NoConsole = () => (
  <EmptyState headingLevel="h2" titleText="No console">
    <EmptyStateBody>This guest has neither a graphical nor a serial console.</EmptyStateBody>
  </EmptyState>
);

function Consoles({ guest, consoles }: { readonly guest: GuestRef; readonly consoles: readonly GuestConsole[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const current = consoles.find(({ name }) => name === chosen) ?? consoles.find(isDisplay) ?? consoles[0];

  const choose = (name: string): void => {
    if (current) setVisited((before) => new Set(before).add(current.name).add(name));
    setChosen(name);
  };
  const switcher = consoles.length > 1 && (
    <ToggleGroup aria-label="Console" isCompact>
      {consoles.map(({ name, title }) => (
        <ToggleGroupItem key={name} text={title} isSelected={name === current?.name} onChange={() => choose(name)} />
      ))}
    </ToggleGroup>
  );

  const look = abilitiesOf(useHost(guest.host))?.change === false;
  return consoles.map(({ kind, name }) => {
    const isCurrent = name === current?.name;
    // A serial console keeps what it has shown; a picture is drawn anew at once, and costs while nobody looks.
    if (!isCurrent && !(kind === 'serial' && visited.has(name))) return null;
    return (
      <section key={name} className="gh-console" hidden={!isCurrent} aria-label="Console">
        <Suspense fallback={<Loading />}>
          {kind !== 'serial' ? (
            <ScreenView guest={guest} console={name} kind={kind} switcher={switcher} look={look} />
          ) : look ? (
            <LookOnly switcher={switcher} />
          ) : (
            <SerialView guest={guest} console={name} switcher={switcher} />
          )}
        </Suspense>
      </section>
    );
  });
}

/** A serial line cannot be opened without being able to type. */
const LookOnly = ({ switcher }: { readonly switcher: ReactNode }) => (
  <>
    <div className="gh-console__toolbar">{switcher}</div>
    <EmptyState headingLevel="h2" titleText="No serial console">
      <EmptyStateBody>{onlyLook}, and a serial console is also typed to.</EmptyStateBody>
    </EmptyState>
  </>
);

function Off({ host: ref, guest }: { readonly host: GuestRef; readonly guest: Guest }) {
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
