import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Settings } from '#contract/settings';
import { BackendError } from '../../backends/errors.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a console window writes; the rest is the app's. */
const OF_CONSOLES: ReadonlySet<string> = new Set<keyof Settings>(['keyboard']);

export const settingsHandlers = ({ settings, publish }: Surroundings): Handlers<AppContract>['settings'] => ({
  read: async () => settings.read(),
  write: async (change, { role }) => {
    const sent = definedOnly(change);
    if (role !== 'app' && Object.keys(sent).some((key) => !OF_CONSOLES.has(key))) {
      throw new BackendError('bad-role', 'This window may not do that.');
    }
    const written = await settings.write(sent);
    publish.settings.changed(written);
    return written;
  },
});

/** A field that is undefined is one that was not sent. */
function definedOnly<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function definedOnly(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
