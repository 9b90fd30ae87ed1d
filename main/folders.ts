import { isAbsolute, join } from 'node:path';

export interface Folders {
  readonly config: string;
  readonly state: string;
  readonly cache: string;
}

/** Guesthouse's own folders (XDG Base Directory Specification 0.8: a relative value is to be ignored). */
export function ownFolders(env: NodeJS.ProcessEnv, home: string): Folders {
  const base = (name: string, otherwise: string): string => {
    const value = env[name];
    return join(value !== undefined && isAbsolute(value) ? value : join(home, otherwise), 'guesthouse');
  };
  return {
    config: base('XDG_CONFIG_HOME', '.config'),
    state: base('XDG_STATE_HOME', '.local/state'),
    cache: base('XDG_CACHE_HOME', '.cache'),
  };
}
