import { useSyncExternalStore } from 'react';
import { releaseKeyNames } from '#model/release-keys';
import { useKeyboardSettings } from '../../../data/keyboard-settings.ts';
import { isFullScreen, onFullScreen } from './keyboard-lock.ts';

/** The keys by which the keyboard is taken back. */
export function ReleaseKeysName() {
  const [{ releaseKeys }] = useKeyboardSettings();
  return releaseKeyNames[releaseKeys];
}

/** How the keyboard is taken back: always in sight beside a console. */
export function GrabHint() {
  const fillsScreen = useSyncExternalStore(onFullScreen, isFullScreen);
  return (
    <>
      <ReleaseKeysName /> releases the keyboard{fillsScreen && '; pressed again, or Esc held, it leaves full screen'}
    </>
  );
}
