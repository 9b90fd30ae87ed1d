import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOBODY, becomeUser } from '../../build/setup/window-user.mjs';

/** A home folder of one test's own, so that tests share no settings. */
export interface PrivateHome {
  readonly path: string;
  /** For Chromium's profile; Playwright would make it the caller's. */
  readonly profile: string;
  /** What to set in a program's environment to have it live there. */
  readonly env: Readonly<Record<string, string>>;
  /** Who it belongs to: an account without rights where the tests run as root, else the caller. */
  readonly uid: number;
  remove(): Promise<void>;
}

export async function privateHome(): Promise<PrivateHome> {
  const path = await mkdtemp(join(tmpdir(), 'guesthouse-home-'));
  const [runtime, profile] = [join(path, 'run'), join(path, 'profile')];
  for (const folder of [runtime, profile]) await mkdir(folder, { mode: 0o700 });
  const uid = isRoot() ? NOBODY : (process.getuid?.() ?? NOBODY);
  if (isRoot()) for (const folder of [path, runtime, profile]) await chown(folder, NOBODY, NOBODY);
  return {
    path,
    uid,
    profile,
    env: {
      HOME: path,
      XDG_CONFIG_HOME: join(path, '.config'),
      XDG_CACHE_HOME: join(path, '.cache'),
      XDG_DATA_HOME: join(path, '.local/share'),
      XDG_RUNTIME_DIR: runtime,
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** Leading words of a command line that runs a program as the home's owner. */
export function asOwner(): string[] {
  return isRoot() ? becomeUser({ uid: NOBODY, gid: NOBODY, name: undefined }) : [];
}

/** A program that runs another as the home's owner: for Playwright, which cannot change the user,
 *  while Chromium's sandbox refuses root. Launch with `chromiumSandbox: true`, or Playwright adds
 *  --no-sandbox, and Chromium by `launchPersistentContext(home.profile, …)`. */
export async function ownersProgram(home: PrivateHome, program: string): Promise<string> {
  const path = join(home.path, 'program');
  await writeFile(path, `#!/bin/sh\nexec ${asOwner().join(' ')} '${program}' "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
