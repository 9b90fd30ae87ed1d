import { useSyncExternalStore } from 'react';
import { releaseKeyNames } from '#model/release-keys';
import { useKeyboardSettings } from '../../../data/keyboard-settings.ts';
import { fillsScreen, onFillsScreen } from '../fills-screen.ts';

/** The keys by which the keyboard is taken back. */
export function ReleaseKeysName() {
  const [{ releaseKeys }] = useKeyboardSettings();
  return releaseKeyNames[releaseKeys];
}

/** How the keyboard is taken back: always in sight beside a console. */
export function GrabHint() {
  const isFull = useSyncExternalStore(onFillsScreen, fillsScreen);
  return (
    <>
      <ReleaseKeysName /> releases<span className="gh-console__word"> the keyboard</span>
      {isFull && '; pressed again, or Esc held, it leaves full screen'}
    </>
  );
}
