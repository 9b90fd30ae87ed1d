import { z } from 'zod';
import { call, event } from './define.ts';
import { KeyboardSettings } from './keyboard.ts';

export const Theme = z.enum(['system', 'light', 'dark']);

/** What a person chose about the window itself. Strict: an unknown key is refused. */
export const Settings = z.strictObject({
  theme: Theme,
  sidebarWidth: z.number().int().min(160).max(640),
  sidebarOpen: z.boolean(),
  /** Guests, as "host/id", whose consoles wait for a click to connect. */
  manualConsoles: z.array(z.string().max(512)).max(1000),
  keyboard: KeyboardSettings,
});
export type Settings = z.infer<typeof Settings>;

export const settings = {
  read: call(z.strictObject({}), Settings, 'app', 'console'),
  /** A console window writes what is about the keyboard, and nothing else. */
  write: call(Settings.partial(), Settings, 'app', 'console'),
  changed: event(Settings, 'app', 'console'),
};
