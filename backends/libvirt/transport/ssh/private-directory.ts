import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '../../../errors.ts';
import type { Surroundings } from '../local-socket.ts';

/** Of a unix socket's address (104 bytes on BSDs), less the 17 that ssh appends to a control socket's name while it makes it. */
const LONGEST = 104 - 1 - 17 - '/control'.length;

/**
 * A new directory that nobody else may enter, with a name short enough for sockets, on a file system from which scripts may be run. Where
 * people log in, systemd has made one for what lives as long as they are logged in. The caller removes it.
 */
export async function makePrivateDirectory({ environment, home }: Surroundings): Promise<string> {
  const bases = [environment['XDG_RUNTIME_DIR'], tmpdir(), join(home, '.cache')].filter((base) => base?.startsWith('/') === true);
  let reason: unknown = null;
  for (const base of bases) {
    try {
      // mkdtemp makes it with mode 0700.
      const directory = await mkdtemp(`${base}/guesthouse-`);
      if (Buffer.byteLength(directory) <= LONGEST && (await mayRun(directory))) return directory;
      await rm(directory, { recursive: true });
    } catch (error) {
      reason = error;
    }
  }
  throw new BackendError('internal', 'There is no place for the private files of an ssh connection.', {
    reason: reason instanceof Error ? reason.message : 'Their paths would be too long, or nothing may be run from there.',
    remedy: `Make ${bases[0] ?? '/tmp'} writable.`,
    cause: reason,
  });
}

/** False where the file system is mounted with noexec, which Linux tells of by access(2). */
async function mayRun(directory: string): Promise<boolean> {
  const probe = join(directory, 'probe');
  await writeFile(probe, '', { mode: 0o700 });
  const may = await access(probe, constants.X_OK).then(
    () => true,
    () => false,
  );
  await rm(probe);
  return may;
}
