import { defaultKeyboard, type KeyboardSettings } from '#contract/keyboard';
import type { Settings } from '#contract/settings';
import { settingsKeys } from './keys.ts';
import { useSettings } from './queries.ts';
import { queryClient } from './query-client.ts';
import { useChangeSettings } from './settings.ts';

/** As they are at this moment: for what hears of keys outside of React. */
export function keyboardSettings(): KeyboardSettings {
  return queryClient.getQueryData<Settings>(settingsKeys.all)?.keyboard ?? defaultKeyboard;
}

/** What was chosen about the keyboard, and how to choose otherwise. */
export function useKeyboardSettings(): readonly [KeyboardSettings, (change: Partial<KeyboardSettings>) => void] {
  const settings = useSettings().data?.keyboard ?? defaultKeyboard;
  const change = useChangeSettings();
  return [settings, (part) => change({ keyboard: { ...settings, ...part } })];
}
