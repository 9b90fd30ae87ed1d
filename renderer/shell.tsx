import { Button } from '@patternfly/react-core';
import { ArrowLeftIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-left-icon';
import { ArrowRightIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-right-icon';
import { BarsIcon } from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { Settings } from '#contract/settings';
import { useChangeSettings } from './data/settings.ts';
import { HostTree } from './features/hosts/host-tree.tsx';
import { InterruptionsNotice } from './features/interruptions/interruptions-notice.tsx';
import { Palette } from './features/palette/palette.tsx';
import { ThemeMenu } from './features/settings/theme-menu.tsx';
import { TasksDrawer } from './features/tasks/tasks-drawer.tsx';
import { isForConsole } from './ui/keys.ts';
import { SplitHandle } from './ui/split-handle.tsx';

// As the contract's Settings.sidebarWidth.
const [NARROWEST, WIDEST] = [160, 640];

/** The frame of every page: sidebar, the page, the tasks below. */
export function Shell({ settings, children }: { readonly settings: Settings; readonly children: ReactNode }) {
  const change = useChangeSettings();
  const [dragged, setDragged] = useState<number | null>(null);
  const width = dragged ?? settings.sidebarWidth;
  const [seeking, setSeeking] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  const seek = useCallback(() => setSeeking(true), []);
  useWindowKeys(seek);
  return (
    <div className="gh-shell" style={{ gridTemplateColumns: settings.sidebarOpen ? `${width}px minmax(0, 1fr)` : 'auto minmax(0, 1fr)' }}>
      <aside className="gh-sidebar" id="sidebar" aria-label="Sidebar" data-open={settings.sidebarOpen}>
        {/* No link: the address is the page's own. */}
        <Button className="gh-skip" variant="secondary" size="sm" onClick={() => page.current?.focus()}>
          Skip to the page
        </Button>
        <div className="gh-sidebar__top">
          <Button
            variant="plain"
            size="sm"
            icon={<BarsIcon />}
            aria-label={settings.sidebarOpen ? 'Hide the sidebar' : 'Show the sidebar'}
            aria-expanded={settings.sidebarOpen}
            onClick={() => change({ sidebarOpen: !settings.sidebarOpen })}
          />
          <Button variant="plain" size="sm" icon={<SearchIcon />} aria-label="Go to or do" title="Go to or do (Ctrl+K)" onClick={seek} />
          <Button
            variant="plain"
            size="sm"
            icon={<ArrowLeftIcon />}
            aria-label="Back"
            title="Back (Alt+Left)"
            onClick={() => history.back()}
          />
          <Button
            variant="plain"
            size="sm"
            icon={<ArrowRightIcon />}
            aria-label="Forward"
            title="Forward (Alt+Right)"
            onClick={() => history.forward()}
          />
        </div>
        {settings.sidebarOpen && <HostTree />}
        <div className="gh-sidebar__foot">
          <ThemeMenu theme={settings.theme} />
        </div>
        {settings.sidebarOpen && (
          <SplitHandle
            label="Width of the sidebar"
            orientation="vertical"
            value={width}
            min={NARROWEST}
            max={WIDEST}
            controls="sidebar"
            onMove={setDragged}
            onDone={(size) => {
              setDragged(null);
              change({ sidebarWidth: size });
            }}
          />
        )}
      </aside>
      <main className="gh-main">
        <InterruptionsNotice />
        <div className="gh-main__page" ref={page} tabIndex={-1}>
          {children}
        </div>
      </main>
      <TasksDrawer />
      {/* Not loaded when it is wanted: its first letters are typed at once. */}
      {seeking && <Palette onClose={() => setSeeking(false)} />}
    </div>
  );
}

/** Ctrl+K, and Alt with the arrows: Chromium's own do nothing in a window without browser controls. */
function useWindowKeys(seek: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isForConsole(event) || event.shiftKey || event.metaKey || event.altKey === event.ctrlKey) return;
      const steps = event.altKey ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
      const seeks = event.ctrlKey && event.key.toLowerCase() === 'k';
      if (steps === undefined && !seeks) return;
      event.preventDefault();
      if (seeks) seek();
      else history.go(steps);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [seek]);
}
