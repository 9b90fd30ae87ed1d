import type { AppContract } from '#contract/contract';
import type { Caller, Handlers, Own } from '#contract/define';
import type { GuestRef } from '#model/guest';
import { BackendError } from '../backends/errors.ts';
import type { ConsolePlaces } from './console-places.ts';
import type { ConsoleWindows } from './surroundings.ts';

type WindowHandlers = Handlers<AppContract>['windows'];

export interface PlaceHandlersOptions {
  readonly places: ConsolePlaces;
  /** The number of the place whose window asks; 0 where it is none. */
  placeOf(caller: Caller): number;
  isFullScreen(caller: Caller): boolean;
  readonly fullScreen: Pick<WindowHandlers, 'monitors' | 'fullScreen'>;
  /** Brings the app's window to the front, at the guest's consoles. */
  showApp(guest: GuestRef): void;
}

/** What windows may ask of the windows that hold consoles. */
export function createPlaceHandlers({ places, placeOf, isFullScreen, fullScreen, showApp }: PlaceHandlersOptions): ConsoleWindows {
  const own = (caller: Caller): Own | null => {
    if (caller.role === 'app') return null;
    const place = placeOf(caller);
    return {
      place,
      holds: (guest) => places.holds(place, guest),
      reaches: (host) => places.get(place)?.guests.some((guest) => guest.host === host) === true,
    };
  };
  return {
    own,
    holds: (caller, guest) => own(caller)?.holds(guest) ?? true,
    handlers: {
      ...fullScreen,
      consoles: async (_, caller) => {
        const place = own(caller)?.place;
        return places.list().filter(({ id }) => place === undefined || id === place);
      },
      own: async (_, caller) => {
        const place = places.get(placeOf(caller));
        if (place === undefined) throw new BackendError('not-found', 'This window is about to close.');
        return { place, fullScreen: isFullScreen(caller) };
      },
      open: async ({ guest, into }, caller) => {
        // What it has already is in front of the person, or they are elsewhere: no window fetches itself the focus, and the clipboard with it.
        const own = placeOf(caller);
        const isAlone = places.get(own)?.guests.length === 1;
        if (caller.role === 'console' && (into === 'tab' || isAlone)) places.choose(own, guest);
        else places.open(guest, into);
      },
      bringBack: async ({ guest, show }, { role }) => {
        places.bringBack(guest);
        // The same holds for the app's own window.
        if (show && role === 'console') showApp(guest);
      },
      choose: async ({ guest }, caller) => places.choose(placeOf(caller), guest),
    },
  };
}
