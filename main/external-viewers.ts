import type { ExternalPlace } from '#model/guest-console';
import { BackendError } from '../backends/errors.ts';
import { findProgram, startProgram } from './other-program.ts';

interface Program {
  readonly name: string;
  readonly file: string;
  readonly words: readonly string[];
}

/** Programs of Linux desktops that show such a display, the best first, and what each wants to be told. */
function programsFor(place: ExternalPlace): readonly Program[] {
  if (place.kind === 'attach') {
    // virt-viewer(1), "--attach": libvirt hands over the open display, which is how pictures of a graphics card can be passed on.
    return [{ name: 'virt-viewer', file: 'virt-viewer', words: ['--attach', '--connect', place.address, '--', place.guest] }];
  }
  const uri = `rdp://${place.at}`;
  return [
    { name: 'Connections', file: 'gnome-connections', words: [uri] },
    { name: 'Remmina', file: 'remmina', words: ['-c', uri] },
    { name: 'KRDC', file: 'krdc', words: [uri] },
    // Not xfreerdp: it asks about certificates and passwords in a terminal, and ends where it has none. This client of FreeRDP asks in a window.
    { name: 'FreeRDP', file: 'sdl-freerdp3', words: [`/v:${place.at}`] },
    { name: 'FreeRDP', file: 'sdl-freerdp', words: [`/v:${place.at}`] },
  ];
}
const SETTLED = 3000;
/** A person looks at fewer; a page that was taken over could start them without end. */
const AT_ONCE = 16;

/** Other programs that show what Guesthouse cannot. They ask for a password themselves. */
export interface ExternalViewers {
  /** What the first one that is installed is called; null: none is. */
  nameFor(place: ExternalPlace): Promise<string | null>;
  /** Rejects with 'unsupported' where none is installed, 'internal' where it ends at once. */
  open(place: ExternalPlace): Promise<void>;
}

/** A program that could not be started tells of its end twice. */
function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

export function createExternalViewers(env: NodeJS.ProcessEnv, patience = SETTLED): ExternalViewers {
  const find = async (place: ExternalPlace) => {
    for (const program of programsFor(place)) {
      const path = await findProgram(env, program.file);
      if (path !== null) return { ...program, path };
    }
    return null;
  };
  let running = 0;
  return {
    nameFor: async (place) => (await find(place))?.name ?? null,
    open: async (place) => {
      const program = await find(place);
      if (program === null) {
        const remedy = place.kind === 'rdp' ? 'Install GNOME Connections, Remmina or KRDC.' : 'Install the package virt-viewer.';
        throw new BackendError('unsupported', 'No program that shows this display is installed.', { remedy });
      }
      const failed = (said: string) =>
        new BackendError('internal', `${program.name} could not show this display.`, {
          reason: said.trim() || null,
          remedy: 'Start it in a terminal to see what it lacks.',
        });
      if (running >= AT_ONCE) throw new BackendError('busy', 'Too many viewers are open.', { remedy: 'Close one of them.' });
      running += 1;
      const ended = once(() => (running -= 1));
      await startProgram([program.path, ...program.words], { env, patience, failed, ended });
    },
  };
}
