import { BackendError } from '../backends/errors.ts';
import { findProgram, startProgram } from './other-program.ts';

/** Programs of Linux desktops that speak RDP, and what each wants to be told: "host:port", or that as a URI. */
const programs: readonly { readonly name: string; readonly file: string; words(at: string): readonly string[] }[] = [
  { name: 'Connections', file: 'gnome-connections', words: (at) => [`rdp://${at}`] },
  { name: 'Remmina', file: 'remmina', words: (at) => ['-c', `rdp://${at}`] },
  { name: 'KRDC', file: 'krdc', words: (at) => [`rdp://${at}`] },
  { name: 'FreeRDP', file: 'xfreerdp3', words: (at) => [`/v:${at}`] },
  { name: 'FreeRDP', file: 'xfreerdp', words: (at) => [`/v:${at}`] },
];
const SETTLED = 3000;

/** Another program that shows remote desktops. It asks for a password itself. */
export interface RemoteDesktop {
  /** What the first one that is installed is called. */
  program(): Promise<string | null>;
  /** `at` as "host:port". Rejects with 'unsupported' where none is installed, 'internal' where it ends at once. */
  open(at: string): Promise<void>;
}

export function createRemoteDesktop(env: NodeJS.ProcessEnv, patience = SETTLED): RemoteDesktop {
  const find = async () => {
    for (const program of programs) {
      const path = await findProgram(env, program.file);
      if (path !== null) return { ...program, path };
    }
    return null;
  };
  return {
    program: async () => (await find())?.name ?? null,
    open: async (at) => {
      const program = await find();
      if (program === null) {
        throw new BackendError('unsupported', 'No remote-desktop program is installed.', {
          remedy: 'Install GNOME Connections, Remmina or FreeRDP.',
        });
      }
      const failed = (said: string) =>
        new BackendError('internal', `${program.name} could not show this display.`, {
          reason: said.trim() || null,
          remedy: 'Start it in a terminal to see what it lacks.',
        });
      await startProgram([program.path, ...program.words(at)], { env, patience, failed });
    },
  };
}
