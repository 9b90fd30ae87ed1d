import type { Storage } from './backend.ts';
import { onlyLooking } from './errors.ts';

/** What there is to look at of a host's storage. Reading a volume's content is more than looking: hosts forbid it likewise. */
export function withoutChanges(storage: Storage): Storage {
  return {
    ...storage,
    transfers: null,
    pools: null,
    volumes: null,
    provideDefaultPool: async () => {
      throw onlyLooking();
    },
  };
}
