import { api } from '../../../api.ts';
import type { GuestId, GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import { createSerialTerminal, type SerialTerminal } from './serial-terminal.ts';

/** A full one takes some ten megabytes. */
const MOST = 16;
const LABEL = 'Serial console of the guest';

interface Kept {
  readonly host: HostId;
  readonly guest: GuestId;
  readonly terminal: SerialTerminal;
  shown: boolean;
}

/** The terminals that this window has shown, the one that was used last at the end. */
const kept = new Map<string, Kept>();
let listening = false;

const keyOf = ({ host, id }: GuestRef, console: string): string => [host, id, console].join(' ');

/** The terminal of a console: what it showed before, in this window, is still on it. */
export function keptTerminal(guest: GuestRef, console: string): SerialTerminal {
  if (!listening) listen();
  const key = keyOf(guest, console);
  const found = kept.get(key) ?? { host: guest.host, guest: guest.id, terminal: createSerialTerminal(LABEL), shown: false };
  kept.delete(key);
  kept.set(key, found);
  for (const [other, { shown, terminal }] of kept) {
    if (kept.size <= MOST) break;
    if (shown || other === key) continue;
    terminal.dispose();
    kept.delete(other);
  }
  return found.terminal;
}

/** Those that are shown stay, however many others come. */
export function markShown(guest: GuestRef, console: string, shown: boolean): void {
  const found = kept.get(keyOf(guest, console));
  if (found) found.shown = shown;
}

/** A guest that went off took its programs along; one that is gone will never be looked at again. */
function listen(): void {
  listening = true;
  api.guests.changed(({ host, change }) => {
    const id = change.kind === 'removed' ? change.id : change.guest.id;
    for (const [key, entry] of kept) {
      if (entry.host !== host || entry.guest !== id) continue;
      if (change.kind === 'upserted') {
        if (change.guest.state === 'shut-off' || change.guest.state === 'crashed') entry.terminal.restarted();
      } else if (!entry.shown) {
        entry.terminal.dispose();
        kept.delete(key);
      }
    }
  });
}
