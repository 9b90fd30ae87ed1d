import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { GuestRef } from '#model/guest';
import { useGuest, useHost } from '../../data/queries.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { bringBack, isSameGuest } from './console-places.ts';

interface ConsoleTabsProps {
  readonly guests: readonly GuestRef[];
  readonly current: GuestRef;
  /** Those that showed something new since they were in front. */
  readonly active: ReadonlySet<string>;
  readonly onChoose: (guest: GuestRef) => void;
}

export const tabId = ({ host, id }: GuestRef): string => `tab-${host}-${id}`;
export const panelId = ({ host, id }: GuestRef): string => `panel-${host}-${id}`;

/** One stop for Tab; arrows go from tab to tab, Delete closes one. */
export function ConsoleTabs({ guests, current, active, onChoose }: ConsoleTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const closes = useRef(false);
  const front = tabId(current);
  // Whoever goes from tab to tab by keys stands on the one in front; a tab that is closed takes the focus along.
  useEffect(() => {
    if (closes.current || list.current?.contains(document.activeElement) === true) document.getElementById(front)?.focus();
    closes.current = false;
  }, [front]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = guests.findIndex((one) => isSameGuest(one, current));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: guests.length - 1 }[event.key];
    const next = guests[((to ?? -1) + guests.length) % guests.length];
    if (event.key === 'Delete') {
      closes.current = true;
      void bringBack(current, false);
    } else if (to !== undefined && next !== undefined) onChoose(next);
    else return;
    event.preventDefault();
  };
  return (
    <div className="gh-console-tabs">
      <div ref={list} role="tablist" aria-label="Guests" className="gh-console-tabs__list" onKeyDown={onKeyDown}>
        {guests.map((guest) => (
          <Tab
            key={tabId(guest)}
            guest={guest}
            isFront={isSameGuest(guest, current)}
            isActive={active.has(`${guest.host}/${guest.id}`)}
            onChoose={() => onChoose(guest)}
          />
        ))}
      </div>
      <button
        type="button"
        className="gh-console-tabs__close"
        aria-label="Close this tab"
        title="Close this tab (Ctrl+Shift+W)"
        onClick={() => void bringBack(current, false)}
      >
        <TimesIcon />
      </button>
    </div>
  );
}

interface TabProps {
  readonly guest: GuestRef;
  readonly isFront: boolean;
  readonly isActive: boolean;
  readonly onChoose: () => void;
}

function Tab({ guest: ref, isFront, isActive, onChoose }: TabProps) {
  const { data: guest } = useGuest(ref);
  const host = useHost(ref.host);
  const name = guest?.name ?? 'Guest';
  return (
    <button
      type="button"
      role="tab"
      id={tabId(ref)}
      className="gh-console-tabs__tab"
      aria-selected={isFront}
      aria-controls={panelId(ref)}
      tabIndex={isFront ? 0 : -1}
      title={`${readableText(name)} on ${readableText(host?.name ?? ref.host)}`}
      onClick={onChoose}
    >
      {isActive && <span className="gh-console-tabs__news" role="img" aria-label="Something new:" />}
      <span className="gh-console-tabs__name">
        <ForeignText text={name} />
      </span>
    </button>
  );
}
