import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { BackendError } from '../../errors.ts';

export interface ProgramOutput {
  /** null: it was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because its time had run out. */
  readonly late?: true;
}

/** Runs a program of the host, with these words and no shell of ours. Rejects with BackendError where it cannot even be started. */
export type RunProgram = (words: readonly [string, ...string[]], signal?: AbortSignal, options?: RunOptions) => Promise<ProgramOutput>;

export interface RunOptions {
  /** Milliseconds after which it is ended. */
  readonly patienceMs?: number;
  /** On another computer it ends there too, when it is ended here; else it may go on. */
  readonly tethered?: boolean;
}

/** Long enough for a busy computer, and for a person whom it asks for a password. */
const PATIENCE_MS = 120_000;
const OUTPUT_MAX = 16 * 1024 * 1024;
/** Where administrators' programs are, which a person's PATH may lack. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** On this computer. */
export function runHere(environment: Readonly<Record<string, string | undefined>>): RunProgram {
  return ([program, ...words], signal, { patienceMs = PATIENCE_MS } = {}) =>
    new Promise((resolve, reject) => {
      const env = { ...environment, PATH: [environment['PATH'], PATH].filter(Boolean).join(':'), LC_ALL: 'C' };
      const options = { env, maxBuffer: OUTPUT_MAX, ...(signal !== undefined && { signal }) };
      const child: ChildProcess = execFile(program, words, options, (error, stdout, stderr) => {
        const late = limit.end();
        if (signal?.aborted === true) return reject(new BackendError('cancelled', 'Cancelled.'));
        if (child.pid === undefined) return reject(missing(program, error));
        resolve({ code: error === null ? 0 : child.exitCode, stdout, stderr, ...late });
      });
      const limit = limitTime(child, patienceMs);
    });
}

/** Of a host, over a process that we start here and whose words are that host's; `lost` where the road itself has failed. */
export function runThere(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
  { patienceMs = PATIENCE_MS, tethered = false }: RunOptions = {},
): Promise<ProgramOutput> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env,
      stdio: 'pipe',
      ...(signal !== undefined && { signal }),
    });
    // It says nothing; that it is open is the tether.
    child.stdin.on('error', () => undefined);
    if (!tethered) child.stdin.end();
    let [stdout, stderr] = ['', ''];
    const bounded = (text: string, more: string) => {
      if (text.length + more.length > OUTPUT_MAX) child.kill();
      return text + more;
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = bounded(stdout, text)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = bounded(stderr, text)));
    const limit = limitTime(child, patienceMs);
    child.on('error', (error) => {
      limit.end();
      reject(signal?.aborted === true ? new BackendError('cancelled', 'Cancelled.') : missing(program, error));
    });
    child.on('close', (code) => resolve({ code, stdout, stderr, ...limit.end() }));
  });
}

/** Ends it when its time has run out; `end` tells whether it had. */
function limitTime(child: ChildProcess, patienceMs: number): { end(): Pick<ProgramOutput, 'late'> } {
  let ran: Pick<ProgramOutput, 'late'> = {};
  const timer = setTimeout(() => {
    ran = { late: true };
    child.kill();
  }, patienceMs);
  return {
    end() {
      clearTimeout(timer);
      return ran;
    },
  };
}

function missing(program: string, cause: unknown): BackendError {
  return new BackendError('unsupported', `The program ${program} could not be started.`, {
    remedy: 'Install it, or do this by hand.',
    cause,
  });
}
