import { BackendError } from '../../backends/errors.ts';
import type { ConsolePlace } from '#contract/windows';
import { ConsolePlaces, type PlaceWindow } from '../../main/console-places.ts';
import { createPlaceHandlers } from '../../main/place-handlers.ts';
import type { ExternalViewers } from '../../main/external-viewers.ts';
import type { RemoteViewer } from '../../main/remote-viewer.ts';
import type { ConsoleWindows } from '../../main/surroundings.ts';

/** A computer without remote-viewer. */
/** One that has no screen. */
export const noExternalViewers: ExternalViewers = {
  nameFor: async () => 'Connections',
  open: async () => {
    throw new BackendError('internal', 'Connections could not show this display.', { reason: 'cannot open display' });
  },
};
export const noViewer: RemoteViewer = { isInstalled: async () => false, open: async () => undefined, close: async () => undefined };

interface FakeConsoleWindowsOptions {
  /** Makes what stands for a window; without it nothing does. */
  readonly open?: (place: ConsolePlace, gone: () => void) => PlaceWindow;
  readonly changed?: (places: readonly ConsolePlace[]) => void;
  readonly fullScreenChanged?: (on: boolean) => void;
}

/** Windows with consoles as main keeps them, without Electron. A caller's number is that of its place, plus 1000. */
export function fakeConsoleWindows({ open, changed, fullScreenChanged }: FakeConsoleWindowsOptions = {}): {
  readonly consoleWindows: ConsoleWindows;
  readonly places: ConsolePlaces;
} {
  let isFull = false;
  const places: ConsolePlaces = new ConsolePlaces({
    open: (place) => {
      const gone = (): void => places.gone(place.id);
      return open?.(place, gone) ?? { show: () => undefined, changed: () => undefined, close: gone };
    },
    changed: (list) => changed?.(list),
  });
  const consoleWindows = createPlaceHandlers({
    places,
    placeOf: ({ window }) => window - 1000,
    isFullScreen: () => isFull,
    fullScreen: {
      monitors: async () => [
        { id: 1, name: 'Built-in', width: 1280, height: 800, here: true },
        { id: 2, name: 'Other', width: 1920, height: 1080, here: false },
      ],
      fullScreen: async ({ on }) => {
        isFull = on;
        fullScreenChanged?.(on);
      },
    },
    showApp: () => undefined,
  });
  return { consoleWindows, places };
}
