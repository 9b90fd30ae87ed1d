import { z } from 'zod';
import { call, event } from './define.ts';

export const Theme = z.enum(['system', 'light', 'dark']);

/** What a person chose about the window itself. Strict: an unknown key is refused. */
export const Settings = z.strictObject({
  theme: Theme,
  sidebarWidth: z.number().int().min(160).max(640),
  sidebarOpen: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

export const settings = {
  read: call(z.strictObject({}), Settings, 'app', 'console'),
  write: call(Settings.partial(), Settings),
  changed: event(Settings, 'app', 'console'),
};
