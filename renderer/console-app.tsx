import { useEffect } from 'react';
import type { ConsolePlace } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { useGuest, useHost, useLostAt, useSettings } from './data/queries.ts';
import { usePending } from './data/guest-verbs.ts';
import { defaultSettings } from './data/settings.ts';
import { ConsoleWindow } from './features/consoles/console-window.tsx';
import { GuestStateLabel } from './features/guests/guest-state.tsx';
import { PowerVerbs } from './features/guests/power-verbs.tsx';
import { followTheme } from './features/settings/theme.ts';
import { ForeignText, readableText } from './ui/foreign-text.tsx';
import { ToastGroup } from './ui/toast-group.tsx';

/** A window for consoles. `first`: what it held when it was loaded. */
export function ConsoleApp({ first }: { readonly first: ConsolePlace }) {
  const settings = useSettings().data ?? defaultSettings;
  useEffect(() => followTheme(settings.theme), [settings.theme]);
  return (
    <>
      <main className="gh-main gh-console-window">
        <ConsoleWindow first={first} header={ConsoleHeader} />
      </main>
      <ToastGroup />
    </>
  );
}

/** Which guest it is, how it is, and what can be done about that. */
function ConsoleHeader({ guest: ref }: { readonly guest: GuestRef }) {
  const { data: guest } = useGuest(ref);
  const host = useHost(ref.host);
  const pending = usePending(ref, guest?.state);
  const lostAt = useLostAt(ref.host);
  const title = guest === undefined ? 'Console' : `${readableText(guest.name)} on ${readableText(host?.name ?? ref.host)}`;
  // Main hears that it is another one, and writes its own.
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <header className="gh-console-window__header">
      <h1 className="gh-console-window__title">
        {guest === undefined ? 'Console' : <ForeignText text={guest.name} />}{' '}
        {host && (
          <small>
            on <ForeignText text={host.name} />
          </small>
        )}
      </h1>
      {guest !== undefined && (
        <>
          <GuestStateLabel guest={guest} pending={pending} lostAt={lostAt} />
          <span className="gh-console-window__verbs">
            <PowerVerbs guestRef={ref} guest={guest} host={host} />
          </span>
        </>
      )}
    </header>
  );
}
