import type { RegistryOptions } from '../../main/registry.ts';

const nothing = (): void => {};

/** Where what a registry has to tell goes that nobody listens to. */
export const unheard: RegistryOptions['publish'] = {
  hosts: { changed: nothing, removed: nothing, loaded: nothing, stale: nothing },
  guests: { changed: nothing, relisted: nothing, sampled: nothing, noticed: nothing },
};
