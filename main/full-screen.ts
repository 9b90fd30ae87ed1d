import { screen, type BrowserWindow, type Display, type Rectangle } from 'electron';
import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Monitor } from '#contract/windows';
import type { Pages } from './attach.ts';

/** Long enough for any desktop's animation. */
const LEAVING_MS = 5000;

export interface FullScreen {
  /** Tells the window's page when it fills its screen, and when no more; whoever made it so. */
  watch(window: BrowserWindow): void;
  readonly handlers: Pick<Handlers<AppContract>['windows'], 'monitors' | 'fullScreen'>;
}

/** Windows that fill the screen which the person chose. Under Wayland the desktop chooses it: there a program cannot move its windows. */
export function createFullScreen(pages: Pages): FullScreen {
  /** Where windows were that were moved to another screen first. */
  const before = new WeakMap<BrowserWindow, Rectangle>();
  return {
    watch(window) {
      const tell = (on: boolean) => (): void => pages.tell(window).windows.fullScreenChanged({ on });
      window.on('enter-full-screen', tell(true));
      window.on('leave-full-screen', tell(false));
      window.on('leave-full-screen', () => {
        const bounds = before.get(window);
        before.delete(window);
        if (bounds !== undefined) window.setBounds(bounds);
      });
    },
    handlers: {
      monitors: async (_, { window: number }) => {
        const window = pages.windowOf(number);
        const here = window === null ? null : screen.getDisplayMatching(window.getBounds());
        return screen.getAllDisplays().slice(0, 64).map(monitorOf(here));
      },
      fullScreen: async ({ on, monitor }, { window: number }) => {
        const window = pages.windowOf(number);
        if (window === null) return;
        const chosen = screen.getAllDisplays().find(({ id }) => id === monitor);
        if (on && chosen !== undefined) await moveTo(window, chosen);
        if (window.isDestroyed()) return;
        window.setFullScreen(on);
      },
    },
  };

  async function moveTo(window: BrowserWindow, chosen: Display): Promise<void> {
    if (screen.getDisplayMatching(window.getBounds()).id === chosen.id) return;
    if (window.isFullScreen()) await leave(window);
    if (window.isDestroyed()) return;
    if (!before.has(window)) before.set(window, window.getNormalBounds());
    const { x, y, width, height } = chosen.workArea;
    const size = window.getNormalBounds();
    window.setBounds({ x, y, width: Math.min(size.width, width), height: Math.min(size.height, height) });
  }
}

/** No desktop moves a window that fills its screen. One that never tells that it left it is not waited for. */
async function leave(window: BrowserWindow): Promise<void> {
  const left = new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      if (!window.isDestroyed()) window.off('leave-full-screen', done).off('closed', done);
      resolve();
    };
    const timer = setTimeout(done, LEAVING_MS);
    window.once('leave-full-screen', done).once('closed', done);
  });
  window.setFullScreen(false);
  await left;
}

/** Its name is the maker's text; where there is none, its number. */
const monitorOf =
  (here: Display | null) =>
  ({ id, label, size }: Display, index: number): Monitor => ({
    id,
    name: (label === '' ? `Screen ${index + 1}` : label).slice(0, 128),
    width: size.width,
    height: size.height,
    here: id === here?.id,
  });
