import './consoles.css';
import { Bullseye, Button, EmptyState, EmptyStateBody, Spinner, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { CompressIcon } from '@patternfly/react-icons/dist/esm/icons/compress-icon';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { onlyLook } from '#model/guest-action';
import type { GuestRef } from '#model/guest';
import { type GuestConsole, isDisplay } from '#model/guest-console';
import { abilitiesOf } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { useConsoleChoices } from './console-choices.ts';
import { useEdgeToolbar } from './edge-toolbar.ts';
import { ExternalDisplay } from './external-display.tsx';
import { useFullScreen } from './full-screen.ts';
import { PlaceMenu } from './place-menu.tsx';

// noVNC and xterm are most of a megabyte, and most pages show neither.
const ScreenView = lazy(async () => ({ default: (await import('./screen-view.tsx')).ScreenView }));
const SerialView = lazy(async () => ({ default: (await import('./serial/serial-view.tsx')).SerialView }));

interface GuestConsolesProps {
  readonly guest: GuestRef;
  readonly name: string;
  readonly consoles: readonly GuestConsole[];
  readonly isCurrent: boolean;
}

/** The consoles of a guest that runs, one of them in front. */
export function GuestConsoles({ guest, name, consoles, isCurrent }: GuestConsolesProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const current = consoles.find(({ name: one }) => one === chosen) ?? consoles.find(isDisplay) ?? consoles[0];
  const section = useRef<HTMLElement>(null);
  const fullScreen = useFullScreen(guest, isCurrent);
  const isOut = useEdgeToolbar(section, fullScreen.isFull);
  const host = useHost(guest.host);
  const [choices, choose] = useConsoleChoices(guest);

  const show = (next: string): void => {
    if (current) setVisited((before) => new Set(before).add(current.name).add(next));
    setChosen(next);
  };
  const switcher = (
    <>
      {fullScreen.isFull && (
        <strong className="gh-console__whose">
          <ForeignText text={name} /> on <ForeignText text={host?.name ?? guest.host} />
        </strong>
      )}
      {consoles.length > 1 && (
        <ToggleGroup aria-label="Console" isCompact>
          {consoles.map(({ name: one, title }) => (
            <ToggleGroupItem key={one} text={title} isSelected={one === current?.name} onChange={() => show(one)} />
          ))}
        </ToggleGroup>
      )}
      <PlaceMenu guest={guest} fullScreen={fullScreen} />
      {fullScreen.isFull && (
        <Button variant="secondary" size="sm" icon={<CompressIcon />} onClick={fullScreen.leave}>
          Leave full screen
        </Button>
      )}
    </>
  );

  const look = abilitiesOf(host)?.change === false;
  return consoles.map((console) => {
    const { kind, name: one } = console;
    const isShown = one === current?.name;
    // A serial console keeps what it has shown; a picture is drawn anew at once, and costs while nobody looks.
    if (!isShown && !(kind === 'serial' && visited.has(one))) return null;
    return (
      <section
        key={one}
        ref={isShown ? section : null}
        className="gh-console"
        hidden={!isShown}
        aria-label={fullScreen.isFull ? `Console of ${readableText(name)}` : 'Console'}
        data-full-screen={fullScreen.isFull}
        data-toolbar-out={isOut}
      >
        <Suspense fallback={<LoadingConsoles />}>
          {console.kind === 'external' ? (
            <ExternalDisplay guest={guest} display={console} switcher={switcher} />
          ) : console.kind !== 'serial' ? (
            choices === null ? (
              <LoadingConsoles />
            ) : (
              <ScreenView
                guest={guest}
                console={one}
                kind={console.kind}
                switcher={switcher}
                look={look}
                choices={choices}
                choose={choose}
              />
            )
          ) : look ? (
            <LookOnly switcher={switcher} />
          ) : (
            <SerialView guest={guest} console={one} switcher={switcher} />
          )}
        </Suspense>
      </section>
    );
  });
}

export const LoadingConsoles = () => (
  <Bullseye>
    <Spinner aria-label="Loading the consoles" />
  </Bullseye>
);

/** A serial line cannot be opened without being able to type. */
const LookOnly = ({ switcher }: { readonly switcher: ReactNode }) => (
  <>
    <div className="gh-console__toolbar">{switcher}</div>
    <EmptyState headingLevel="h2" titleText="No serial console">
      <EmptyStateBody>{onlyLook}, and a serial console is also typed to.</EmptyStateBody>
    </EmptyState>
  </>
);
