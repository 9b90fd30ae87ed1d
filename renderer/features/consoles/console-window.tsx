import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { ConsolePlace } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { invalidate } from '../../data/invalidate.ts';
import { guestKeys, hostKeys } from '../../data/keys.ts';
import { isForConsole } from '../../ui/keys.ts';
import { ConsoleActivity } from './console-activity.ts';
import { bringBack, ConsoleSurroundings, isSameGuest, useConsolePlaces } from './console-places.ts';
import { ConsoleTab } from './console-tab.tsx';
import { ConsoleTabs, panelId, tabId } from './console-tabs.tsx';

interface ConsoleWindowProps {
  /** What it held when it was loaded. */
  readonly first: ConsolePlace;
  /** Built elsewhere: a feature does not know its siblings. */
  readonly header: ComponentType<{ readonly guest: GuestRef }>;
}

const keyOf = ({ host, id }: GuestRef): string => `${host}/${id}`;

/** The consoles of one guest, or of several as tabs. All stay connected; the one in front has the keyboard. */
export function ConsoleWindow({ first, header: Header }: ConsoleWindowProps) {
  const own = useConsolePlaces()?.find(({ id }) => id === first.id) ?? first;
  const { guests, current } = own;
  const [active, setActive] = useState<ReadonlySet<string>>(new Set());
  const front = keyOf(current);
  // What is looked at has no news any more.
  if (active.has(front)) setActive(new Set([...active].filter((one) => one !== front)));

  const choose = useCallback((guest: GuestRef) => {
    api.windows.choose({ guest }).catch(() => undefined);
  }, []);
  const note = useCallback((key: string) => setActive((before) => (before.has(key) ? before : new Set(before).add(key))), []);
  useTabKeys(own, choose);
  useListsOf(guests);

  return (
    <ConsoleSurroundings value="window">
      {guests.length > 1 && <ConsoleTabs guests={guests} current={current} active={active} onChoose={choose} />}
      {guests.map((guest) => {
        const key = keyOf(guest);
        const isFront = isSameGuest(guest, current);
        return (
          <section
            key={key}
            id={panelId(guest)}
            className="gh-console-window__panel"
            data-front={isFront}
            inert={!isFront}
            {...(guests.length > 1 ? { role: 'tabpanel', 'aria-labelledby': tabId(guest) } : { 'aria-label': 'Guest' })}
          >
            {isFront && <Header guest={guest} />}
            <Noted onNews={note} name={key} isFront={isFront}>
              <ConsoleTab guest={guest} isCurrent={isFront} />
            </Noted>
          </section>
        );
      })}
    </ConsoleSurroundings>
  );
}

interface NotedProps {
  readonly name: string;
  readonly isFront: boolean;
  readonly onNews: (name: string) => void;
  readonly children: ReactNode;
}

/** Hears of what the consoles in it show anew, while another tab is in front. */
function Noted({ name, isFront, onNews, children }: NotedProps) {
  const tell = useCallback(() => onNews(name), [onNews, name]);
  return <ConsoleActivity value={isFront ? null : tell}>{children}</ConsoleActivity>;
}

/** Main tells a window of its own guests and of their hosts: when one has come, the lists that it had do not know it. */
function useListsOf(guests: readonly GuestRef[]): void {
  const client = useQueryClient();
  const known = useRef(guests);
  useEffect(() => {
    const come = guests.filter((guest) => !known.current.some((one) => isSameGuest(one, guest)));
    known.current = guests;
    if (come.length > 0) invalidate(client, hostKeys.list);
    for (const { host } of come) invalidate(client, guestKeys.host(host));
  }, [client, guests]);
}

/** Ctrl+PageUp and Ctrl+PageDown go from tab to tab, Ctrl+Shift+W closes one; a console that has the keyboard gets them instead. */
function useTabKeys({ guests, current }: ConsolePlace, choose: (guest: GuestRef) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isForConsole(event) || !event.ctrlKey || event.altKey || event.metaKey) return;
      const step = event.shiftKey ? undefined : { PageUp: -1, PageDown: 1 }[event.key];
      const closes = event.shiftKey && event.key.toLowerCase() === 'w';
      if (step === undefined && !closes) return;
      event.preventDefault();
      if (closes) {
        void bringBack(current, false);
        return;
      }
      const at = guests.findIndex((one) => isSameGuest(one, current));
      const next = guests[(at + (step ?? 0) + guests.length) % guests.length];
      if (next !== undefined) choose(next);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [guests, current, choose]);
}
