import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { LocalFile } from '../backend.ts';
import { badFile } from '../chosen-file.ts';
import { BackendError } from '../errors.ts';

/** Milliseconds in which a disk has to say what lies on it. */
const PATIENCE_MS = 5000;
/** POSIX: S_IFMT and S_IFREG. */
const [FILE_TYPE, REGULAR_FILE] = [0xf000, 0x8000];

/** A file that is there now. */
export interface FoundFile {
  readonly file: LocalFile;
  readonly size: number;
}

/** What stat(1) came to; null: not in time. */
type Answer = { readonly code: number | null; readonly stdout: string; readonly stderr: string } | null;

/**
 * Finds files again whose paths were written down earlier. A network disk that is gone holds whoever asks for a file on it, for ever, and four
 * such questions are all that Node's file system takes: so it is another process that asks, at most one for each path.
 */
export function createFileFinder({ command = 'stat', patienceMs = PATIENCE_MS } = {}): (path: string) => Promise<FoundFile> {
  /** Until their processes have ended, which may be long after nobody waits for them any more. */
  const asked = new Map<string, Promise<Answer>>();

  function ask(path: string): Promise<Answer> {
    const under = asked.get(path);
    if (under !== undefined) return under;
    // Without -L: a link that somebody put in its place is not the file.
    const child = spawn(command, ['-c', '%d:%i:%s:%f', '--', path], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => void out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void err.push(text));
    const answer = new Promise<Answer>((resolve, reject) => {
      const late = setTimeout(() => {
        // One that hangs in the kernel is not ended by this either, and must not keep the program from ending.
        child.kill('SIGKILL');
        child.unref();
        resolve(null);
      }, patienceMs);
      child.on('error', (cause) => {
        clearTimeout(late);
        asked.delete(path);
        reject(new BackendError('unsupported', `The program ${command} could not be started.`, { cause }));
      });
      child.on('close', (code) => {
        clearTimeout(late);
        asked.delete(path);
        resolve({ code, stdout: out.join(''), stderr: err.join('') });
      });
    });
    asked.set(path, answer);
    return answer;
  }

  return async (path) => {
    const name = basename(path);
    const answer = await ask(path);
    if (answer === null) {
      throw new BackendError('timeout', `The disk on which “${name}” lies does not answer.`, {
        remedy: 'Connect it again, or choose another file.',
      });
    }
    if (answer.code !== 0) throw absent(name, answer.stderr);
    const [device, inode, size, mode] = answer.stdout.trim().split(':');
    if ((Number.parseInt(mode ?? '', 16) & FILE_TYPE) !== REGULAR_FILE) {
      throw badFile(`“${name}” is not a regular file any more.`, CHOOSE);
    }
    return { file: { path, identity: `${device}:${inode}` }, size: Number(size) };
  };
}

const CHOOSE = 'Remove it from the list, or choose the file where it is now.';

/** stat(1) tells by words alone why it failed. They name the whole path, which no window learns. */
function absent(name: string, said: string): BackendError {
  if (/permission denied/i.test(said)) {
    return badFile(`You are not permitted to look at “${name}”.`, 'Make its folder readable for you, or choose another file.');
  }
  if (/no such file or directory|not a directory/i.test(said)) return badFile(`“${name}” is not there any more.`, CHOOSE);
  return badFile(`“${name}” could not be looked at.`, 'Look whether the disk on which it lies is in order, or choose another file.');
}
