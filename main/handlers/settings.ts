import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Surroundings } from '../surroundings.ts';

export const settingsHandlers = ({ settings, publish }: Surroundings): Handlers<AppContract>['settings'] => ({
  read: async () => settings.read(),
  write: async (change) => {
    const written = await settings.write(definedOnly(change));
    publish.settings.changed(written);
    return written;
  },
});

/** A field that is undefined is one that was not sent. */
function definedOnly<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function definedOnly(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
