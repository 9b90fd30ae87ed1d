import { z } from 'zod';
import { consoleSettingsLimits, GuestConsoleSettings } from './console-settings.ts';
import { type KeptFile, openKeptFile } from './kept-file.ts';

const SettingsFile = z.object({
  version: z.literal(1),
  guests: z.array(z.unknown()).transform((guests) => guests.slice(-consoleSettingsLimits.guests)),
});

/** What the person chose for the consoles of their guests. An entry that cannot be read is passed over: nothing is allowed by it. */
export function openConsoleSettings(file: string, log: (line: string) => void): KeptFile<readonly GuestConsoleSettings[]> {
  return openKeptFile<readonly GuestConsoleSettings[]>({
    file,
    parse: (content) =>
      SettingsFile.parse(content).guests.flatMap((raw) => {
        const { data } = GuestConsoleSettings.safeParse(raw);
        if (data === undefined) log('Passed over the console settings of a guest that cannot be read');
        return data ?? [];
      }),
    format: (guests) => ({ version: 1, guests }),
    otherwise: [],
    notSaved: 'What you chose for this guest’s consoles could not be saved.',
    log,
  });
}
