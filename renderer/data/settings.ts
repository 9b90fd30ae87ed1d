import { useQueryClient } from '@tanstack/react-query';
import { defaultKeyboard } from '#contract/keyboard';
import type { Settings } from '#contract/settings';
import { api } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';
import { settingsKeys } from './keys.ts';

/** Before they are read, and when they cannot be. */
export const defaultSettings: Settings = {
  theme: 'system',
  sidebarWidth: 248,
  sidebarOpen: true,
  manualConsoles: [],
  keyboard: defaultKeyboard,
};

/** Changes settings at once in this window, then in main's file. */
export function useChangeSettings(): (change: Partial<Settings>) => void {
  const client = useQueryClient();
  return (change) => {
    client.setQueryData<Settings>(settingsKeys.all, (old) => ({ ...(old ?? defaultSettings), ...change }));
    api.settings
      .write(change)
      .catch((error: unknown) => toast({ variant: 'warning', title: `The settings were not kept: ${faultOf(error).message}` }));
  };
}
