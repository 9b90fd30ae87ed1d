import { z } from 'zod';
import { defaultKeyboard } from '#contract/keyboard';
import { Settings } from '#contract/settings';
import { openKeptFile } from './kept-file.ts';

const defaults: Settings = { theme: 'system', sidebarWidth: 260, sidebarOpen: true, manualConsoles: [], keyboard: defaultKeyboard };

const SettingsFile = z.object({ version: z.literal(1), settings: z.record(z.string(), z.unknown()) });
/** Keys of a later release are passed over. */
const KnownSettings = z.object(Settings.shape);

export interface SettingsStore {
  read(): Promise<Settings>;
  /** Rejects with 'permission', 'no-space' or 'internal' when it could not be kept; then nothing has changed. */
  write(change: Partial<Settings>): Promise<Settings>;
}

/** What the person chose of the window itself. */
export function openSettings(file: string, log: (line: string) => void): SettingsStore {
  const kept = openKeptFile<Settings>({
    file,
    parse: (content) => KnownSettings.parse({ ...defaults, ...SettingsFile.parse(content).settings }),
    format: (settings) => ({ version: 1, settings }),
    otherwise: defaults,
    notSaved: 'The settings could not be saved.',
    log,
  });
  return { read: () => kept.read(), write: (change) => kept.change((before) => ({ ...before, ...change })) };
}
